from django.core.management.base import BaseCommand

from annotation.services.people import create_first_admin


class Command(BaseCommand):
    help = "Create an admin with a random, printed password, if the site has no account at all."

    def handle(self, *args, **options):
        admin = create_first_admin()
        if admin:
            self.stdout.write(
                f"First admin   {admin.username} / {admin.password}   (shown once; change it after login)"
            )
