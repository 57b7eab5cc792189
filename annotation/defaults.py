"""What a new study starts with. Texts are Markdown; researchers may rewrite them."""

import secrets

from personas.text import VERSION

PUBLIC_TITLE = "Role-play study"

CONSENT = """\
You are invited to take part in a research study about how well AI systems can speak to different people.

- You will **play the part of one person** whom we describe to you, and choose between pairs of answers \
as that person would.
- The texts are about everyday and contested topics, such as religion, politics and money.
- Taking part is your choice.
- We share answers with other researchers only without your Prolific ID.
"""

LEAVING = """\
You may stop at any time, without giving a reason. The answers you have given by then are kept without your name. \
If you want them deleted, write to the researchers.
"""

INSTRUCTIONS = """\
- **Play the person we describe.** Choose the answer *they* would prefer, even if you would choose the other. \
If neither fits, choose the one that is nearer and say why.
- **Say why,** in terms of this person's life or views. You may write "I" or "they", \
and change your choice as you write.
- **No chatbots.** Using ChatGPT or any other chatbot, to choose or to write, disqualifies you.
"""


# Functions, since a changed text would else be a change of the model.
def consent() -> str:
    return CONSENT


def leaving() -> str:
    return LEAVING


def instructions() -> str:
    return INSTRUCTIONS


def comprehension() -> list[dict]:
    return [
        {
            "question": "Whose preference should decide your choice?",
            "options": ["My own", "That of the person I am playing", "That of most people"],
            "right": 1,
        },
        {
            "question": "May you use ChatGPT or another chatbot to write your reasons?",
            "options": ["No", "Yes, for some of them", "Yes"],
            "right": 0,
        },
    ]


def persona_text_version() -> int:
    """The version of the wording that this site writes."""
    return VERSION


def new_seed() -> int:
    """A seed that fits a signed 64-bit column and reads well in a methods section."""
    return secrets.randbelow(10**9)


def new_code() -> str:
    """128 random bits: nobody guesses another participant's address."""
    return secrets.token_urlsafe(16)


def new_completion_code() -> str:
    """Eight characters that are not mistaken for one another, in Prolific's habit."""
    return "".join(secrets.choice("ABCDEFGHJKLMNPQRSTUVWXYZ23456789") for _ in range(8))


def new_pseudonym() -> str:
    return "R-" + "".join(secrets.choice("ABCDEFGHJKLMNPQRSTUVWXYZ23456789") for _ in range(6))
