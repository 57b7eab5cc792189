# Writes expected.csv from observed.csv: a crossed random-effects model fitted by lme4 (Laplace, nAGQ = 1).
#
#     cd tests/golden/lme4 && Rscript crossed_effects.R
#
# Made with R 4.2.2 and lme4 1.1-31 (Debian 12). `rater` is -1 for a model's answer, which has no rater.
library(lme4)
d <- read.csv("observed.csv")
d$human <- as.numeric(d$rater >= 0)
fit <- glmer(
  yes ~ 0 + factor(annotator) + (1 | persona) + (1 | prompt) + (1 | question) + (0 + human | rater) + (1 | cell),
  d, family = binomial, control = glmerControl(optimizer = "bobyqa", optCtrl = list(rhoend = 1e-7, maxfun = 1e5))
)
spreads <- sapply(VarCorr(fit), function(one) attr(one, "stddev")[[1]])
parts <- rbind(
  data.frame(part = "fixed", level = seq_along(fixef(fit)) - 1, value = unname(fixef(fit))),
  data.frame(part = "error", level = seq_along(fixef(fit)) - 1,
             value = unname(sqrt(diag(as.matrix(vcov(fit, use.hessian = FALSE)))))),
  data.frame(part = paste0("spread ", names(spreads)), level = 0, value = unname(spreads)),
  data.frame(part = "persona", level = as.integer(rownames(ranef(fit)$persona)), value = ranef(fit)$persona[[1]]),
  data.frame(part = "cell", level = as.integer(rownames(ranef(fit)$cell)), value = ranef(fit)$cell[[1]]),
  data.frame(part = "deviance", level = 0, value = -2 * as.numeric(logLik(fit)))
)
parts$value <- signif(parts$value, 8)
write.csv(parts, "expected.csv", row.names = FALSE, quote = FALSE)
