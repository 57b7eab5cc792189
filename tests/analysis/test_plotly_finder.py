"""plotly.js comes out of the installed package, and nothing else of it."""

from django.contrib.staticfiles import finders

from analysis.plotly_finder import PlotlyFinder


def test_script_is_found_in_the_installed_package():
    assert finders.find("plotly/plotly.min.js").endswith("package_data/plotly.min.js")


def test_collection_takes_the_script_and_nothing_else():
    [(name, storage)] = PlotlyFinder().list([])
    assert (name, storage.prefix) == ("plotly.min.js", "plotly")
    assert storage.exists(name)


def test_other_files_of_the_package_are_not_served():
    assert finders.find("plotly/widgetbundle.js") is None
