import pytest
from django.contrib.auth import authenticate, get_user_model
from django.core.management import call_command

from annotation.services.people import create_first_admin

pytestmark = pytest.mark.django_db


def test_create_first_admin_makes_an_account_that_can_log_in():
    admin = create_first_admin()
    user = authenticate(username=admin.username, password=admin.password)
    assert user.is_superuser
    assert user.is_staff


def test_create_first_admin_leaves_existing_accounts_alone():
    get_user_model().objects.create_user("someone", password="a long password")
    assert create_first_admin() is None
    assert get_user_model().objects.count() == 1


def test_create_first_admin_command_prints_the_password_once(capsys):
    call_command("create_first_admin")
    name, password = capsys.readouterr().out.split("First admin   ")[1].split("   ")[0].split(" / ")
    assert authenticate(username=name, password=password)
    call_command("create_first_admin")
    assert capsys.readouterr().out == ""
