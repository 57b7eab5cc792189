/* Length, counted as the site counts it (annotation/texts.py). */

const SPACE = "\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000";
const OUTER_SPACE = new RegExp(`^[${SPACE}]+|[${SPACE}]+$`, "g");
const INVISIBLE = /[\p{Cf}\p{Zl}\p{Zp}]|(?!\n)\p{Cc}/gu;

export const writtenLength = (text) =>
  [...text.replace(/\r\n?/g, "\n").replace(OUTER_SPACE, "").replace(INVISIBLE, "")].length;
