"""Our own lists. Quirks and mannerisms begin with a verb, so that a persona's text can give them a subject."""

CORE_VALUES = """
honesty; loyalty; self-reliance; kindness; fairness; curiosity; thrift; courage; patience; generosity; family;
friendship; faith; hard work; learning; independence; humility; beauty; humor; order; tradition; adventure;
keeping promises; privacy; community; duty; freedom; gratitude; respect for elders; care for animals; care for nature;
craftsmanship; security; ambition; tolerance; justice; simplicity; health; hospitality; forgiveness; equality;
common sense; service to others; peace and quiet; being useful; paying one's own way; straight talk; good manners
"""
QUIRKS = """
Keeps every receipt in a shoebox and never opens it.
Eats the same breakfast every day of the year.
Names every car, bicycle and kettle in the house.
Reads the last page of a novel first.
Checks the weather in three cities where nobody they know lives.
Sets every clock in the house seven minutes fast.
Writes shopping lists in alphabetical order.
Collects hotel pens and uses only those.
Counts stairs without noticing it.
Refuses to throw away a working umbrella, however ugly.
Keeps the spice rack in alphabetical order and notices when somebody has moved one.
Keeps a jar of buttons from clothes that no longer exist.
Hums the same four notes while waiting for anything.
Takes a photograph of every parking space.
Saves the best bite of every meal for last.
Talks to houseplants, but only about practical matters.
Learns one card trick a year and shows it to everybody once.
Buys birthday presents in January.
Wears odd socks on purpose on Fridays.
Keeps the instructions of every appliance in a binder.
Gives directions by bakeries and gas stations instead of street names.
Watches the credits of every film to the end.
Never sits with the back to a door.
Practices difficult phone calls in the car.
Tries to peel every orange in one long strip.
Folds paper napkins into boats in restaurants.
Remembers license plates but not names.
Carries a tape measure and uses it.
Returns supermarket carts that other people have left behind.
Keeps a list of words that sound better than what they mean.
Waters the neighbors' flowers when nobody is looking.
Still writes checks and balances the checkbook by hand.
Has a lucky mug that nobody else may use.
Pays every bill rounded up to the next five dollars.
Sorts coins by year before spending them.
Knows the birthdays of people met only once.
Refuses to use an elevator for fewer than four floors.
Tastes every soup before salting it, and then salts it anyway.
Sleeps with the window open in any weather.
Never leaves a crossword unfinished, even if it takes a week.
"""
MANNERISMS = """
Taps the table twice before making a decision.
Clears the throat before disagreeing.
Talks with both hands, even on the phone.
Pauses for a long time before answering a question.
Repeats the last words of whoever spoke before.
Laughs at the end of sentences that are not funny.
Looks at the ceiling when doing sums.
Nods slowly while listening.
Rubs the back of the neck when unsure.
Speaks more softly the angrier it gets.
Points with a pen.
Says the same three proverbs for every occasion.
Leans forward when something gets interesting.
Straightens whatever lies on the table.
Begins most answers with a story.
Raises one eyebrow instead of asking.
Plays with a ring while thinking.
Answers questions with questions.
Writes things down in the middle of a conversation.
Stands rather than sits in meetings.
Apologizes before asking for anything.
Calls everybody by their first name at once.
Whistles when the work goes well.
Drums a rhythm on the steering wheel.
Drops the voice at the end of every sentence.
Smiles before delivering bad news.
Crosses the arms when listening hard.
Counts points off on the fingers.
Touches people on the arm when making a point.
Finishes other people's sentences, usually correctly.
"""


def items(text: str, separator: str) -> tuple[str, ...]:
    return tuple(" ".join(item.split()) for item in text.split(separator) if item.strip())


VALUES_TO_DRAW = items(CORE_VALUES, ";")
QUIRKS_TO_DRAW = items(QUIRKS, "\n")
MANNERISMS_TO_DRAW = items(MANNERISMS, "\n")
