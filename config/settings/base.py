"""Every setting, from the environment, safe for production. Dev and test are thin overlays."""

from pathlib import Path

import dj_database_url
from csp.constants import NONE, SELF

from config.database_limits import WORK
from config.env import (
    env_bool,
    env_choice,
    env_endpoints,
    env_hosts,
    env_int,
    env_origin,
    env_origins,
    env_port,
    env_required,
    env_text,
    env_time_zone,
    load_env_file,
    refuse_wrong_settings,
    report_wrong,
    settings_file,
)

BASE_DIR = Path(__file__).resolve().parents[2]
load_env_file(settings_file())

SECRET_KEY = env_required(
    "SECRET_KEY",
    "Run script/serve once (it writes one into .env), or put a random text of 50 characters there yourself.",
)
DEBUG = False
ALLOWED_HOSTS = env_hosts("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]")
CSRF_TRUSTED_ORIGINS = env_origins("CSRF_TRUSTED_ORIGINS")
# The address participants and researchers use, for printed and exported links.
SITE_URL = env_origin("SITE_URL", f"http://127.0.0.1:{env_port('PORT', 8000)}")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django_htmx",
    "csp",
    "axes",
    "rest_framework",
    "drf_spectacular",
    "audit",
    "files",
    "jobs",
    "model_calls",
    "synthetic",
    "personas",
    "annotation",
    "analysis",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    # After the static files, which browsers may keep.
    "config.middleware.keep_no_copies",
    "config.csp.SharedPolicyMiddleware",
    "files.downloads.abort_failed_downloads",
    "django.middleware.gzip.GZipMiddleware",
    "config.middleware.limit_database_waits",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "config.middleware.refuse_null_characters",
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATE_LOADERS = [
    (
        "config.template_loader.Loader",
        ["django.template.loaders.filesystem.Loader", "django.template.loaders.app_directories.Loader"],
    )
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "loaders": TEMPLATE_LOADERS,
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

# --- Database -------------------------------------------------------------------------------------
# SQLite in DATA_DIR, or PostgreSQL (through psycopg) by DATABASE_URL.
DATA_DIR = Path(env_text("DATA_DIR", str(BASE_DIR / "var")))
DATABASE_URL = env_text("DATABASE_URL", f"sqlite:///{DATA_DIR / 'understudy.sqlite3'}")
try:
    DATABASES = {"default": dj_database_url.parse(DATABASE_URL, conn_max_age=60, conn_health_checks=True)}
except (ValueError, dj_database_url.ParseError) as error:
    DATABASES = {"default": {"ENGINE": "django.db.backends.dummy"}}
    report_wrong(
        f"DATABASE_URL cannot be read ({error}). Write postgres://USER:PASSWORD@HOST:PORT/NAME or sqlite:////PATH."
    )
if DATABASES["default"]["ENGINE"] == "django.db.backends.postgresql":
    options = DATABASES["default"].setdefault("OPTIONS", {})
    # A server that is gone is an error within seconds, not a thread that waits for the network.
    options.setdefault("connect_timeout", 5)
    options.setdefault("tcp_user_timeout", 10_000)
    options["options"] = f"{WORK.postgres_options} {options.get('options', '')}".strip()
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # SQLite makes its file but not the folder. Participants' answers are in it: for this account's eyes only.
    Path(DATABASES["default"]["NAME"]).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    # Without IMMEDIATE half of the submissions of a busy minute fail with "database is locked";
    # FULL makes an acknowledged answer survive a power cut.
    DATABASES["default"]["OPTIONS"] = {
        "timeout": WORK.busy / 1000,
        "transaction_mode": "IMMEDIATE",
        "init_command": f"PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;PRAGMA busy_timeout={WORK.busy};",
    }
# Threads of a process that may wait for a row that another request has locked; the others keep serving.
LOCK_WAITERS = max(env_int("THREADS", 4, minimum=1) - 1, 1)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- People ---------------------------------------------------------------------------------------
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "study-list"
LOGOUT_REDIRECT_URL = "login"
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
# Behind a proxy all requests come from its address: one guesser would lock out the account's owner as well.
AXES_CLIENT_IP_CALLABLE = "annotation.client_address.client_address"
AXES_LOCKOUT_TEMPLATE = "registration/locked_out.html"
CSRF_FAILURE_VIEW = "annotation.views.trouble.csrf_failure"
AXES_VERBOSE = False  # no greeting in the log at every start

# --- Transport and headers ------------------------------------------------------------------------
# HTTPS=false is for a laptop without TLS only; script/serve sets it in .env.
HTTPS = env_bool("HTTPS", True)
SECURE_SSL_REDIRECT = HTTPS
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_NAME = "__Host-session" if HTTPS else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if HTTPS else "csrf"
SESSION_COOKIE_HTTPONLY = True
CSRF_COOKIE_HTTPONLY = True
HSTS_SECONDS = env_int("HSTS_SECONDS", 31_536_000)
SECURE_HSTS_SECONDS = HSTS_SECONDS if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
BEHIND_PROXY = env_bool("BEHIND_PROXY", False)
if BEHIND_PROXY:
    # Only when a proxy of ours sets (and overwrites) this header.
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
# How many proxies of ours a request passes, each of which adds an address to X-Forwarded-For.
TRUSTED_PROXIES = env_int("TRUSTED_PROXIES", 1, minimum=1)

# --- Brakes at the door -----------------------------------------------------------------------------
# New people of one study: from one address in ten minutes, and from everywhere in one. 0 = any number.
ARRIVALS_PER_ADDRESS = env_int("ARRIVALS_PER_ADDRESS", 30)
ARRIVALS_PER_MINUTE = env_int("ARRIVALS_PER_MINUTE", 120)

# Who was erased, by pseudonym, to be erased again after a backup is restored. Keep it apart from the backups.
ERASURES_FILE = DATA_DIR / "erasures.jsonl"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "connect-src": [SELF],
        "font-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}

# --- Language, time, files ------------------------------------------------------------------------
# The language of the participants' pages, where locale/ has it.
LANGUAGE_CODE = env_text("LANGUAGE_CODE", "en")
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = env_time_zone("TIME_ZONE", "UTC")
STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "analysis.plotly_finder.PlotlyFinder",
    "config.joined_scripts.JoinedScriptsFinder",
]
# Names carry a hash, so that browsers may keep files for ever; each lies there plain, as gzip and as brotli.
# No page asks for a name without one, and to compress those as well doubles the time of the first start.
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
# The largest file that an import reads, in the console, by the API and by a command.
UPLOAD_MEGABYTES = env_int("UPLOAD_MEGABYTES", 300, minimum=1)

# --- API ------------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "annotation.api.access.ScopedTokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated", "annotation.api.access.HasScope"],
    "EXCEPTION_HANDLER": "annotation.api.faults.explain_fault",
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PAGINATION_CLASS": "rest_framework.pagination.CursorPagination",
    "PAGE_SIZE": 200,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Understudy",
    "DESCRIPTION": "Studies, personas, questions, annotations, votes and agreement: read, created and filled.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    # One name for a list of choices that several fields share.
    "ENUM_NAME_OVERRIDES": {"DesignEnum": "annotation.models.study.Design"},
}

LOG_LEVELS = ["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"]
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "discreet": {"()": "config.logs.DiscreetFormatter", "format": "%(levelname)s %(name)s: %(message)s"}
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "discreet"}},
    # Not a line for every call of a model; the run's page has its failures.
    "loggers": {"httpx2": {"level": "WARNING"}, "stamina": {"level": "ERROR"}},
    "root": {
        "handlers": ["console"],
        "level": env_choice("LOG_LEVEL", "INFO", LOG_LEVELS),
    },
}

# --- Files made ------------------------------------------------------------------------------------
# Zips that a page had made; all processes of the site must see the same folder.
FILES_DIR = DATA_DIR / "files"

# --- Long work --------------------------------------------------------------------------------------
# Workers do the runs (docs/jobs.md); the tests do them where they are asked for.
RUNS_IN_BACKGROUND = True

# --- Language models ----------------------------------------------------------------------------------
# The only addresses that models are asked at (docs/synthetic.md); keys come from variables that the file names.
LLM_ENDPOINTS = env_endpoints("LLM_ENDPOINTS")
# Folders of census files (ACS PUMS) from which admins can generate personas in the console.
CENSUS_FOLDER = env_text("CENSUS_FOLDER", str(DATA_DIR / "census"))

# --- Everything wrong at once -----------------------------------------------------------------------
# What only the server reads (config/gunicorn.py), so that a command names it as well.
env_int("WEB_CONCURRENCY", 2, minimum=1)
env_bool("ACCESS_LOG", False)
refuse_wrong_settings()
