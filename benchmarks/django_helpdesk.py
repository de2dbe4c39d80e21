"""django-helpdesk's gateway on the letters of a mailbox, in an environment of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from benchmarks.post_office import PASSWORD, PostOffice
from benchmarks.spent import Spent, spent_by

HELPDESK = "django-helpdesk==2.6.1"
SETTINGS = """
import os
BASE = os.path.dirname(__file__)
SECRET_KEY = "bench"
DEBUG = False
USE_TZ = True
SITE_ID = 1
ROOT_URLCONF = "urls"
ALLOWED_HOSTS = ["*"]
INSTALLED_APPS = ["django.contrib.admin", "django.contrib.auth", "django.contrib.contenttypes",
    "django.contrib.sessions", "django.contrib.messages", "django.contrib.sites",
    "django.contrib.humanize", "rest_framework", "helpdesk"]
MIDDLEWARE = ["django.contrib.sessions.middleware.SessionMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware"]
TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True, "OPTIONS": {
    "context_processors": ["django.contrib.auth.context_processors.auth",
    "django.contrib.messages.context_processors.messages", "django.template.context_processors.request"]}}]
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": os.path.join(BASE, "db.sqlite3")}}
DEFAULT_AUTO_FIELD = "django.db.models.AutoField"
MEDIA_ROOT = os.path.join(BASE, "media")
EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
HELPDESK_TEAMS_MODE_ENABLED = False
HELPDESK_VALID_EXTENSIONS = [".pdf", ".txt", ".html", ".eml"]
HELPDESK_VALIDATE_ATTACHMENT_TYPES = False
"""
QUEUE = """
import os, django
os.environ["DJANGO_SETTINGS_MODULE"] = "settings"
django.setup()
from django.contrib.auth.models import User
from helpdesk.models import Queue
for number in range(10):
    User.objects.create_user(f"agent{number}", is_staff=True)
Queue.objects.create(title="Support", slug="support", email_address=os.environ["BOX"], email_box_type="imap",
    email_box_host="127.0.0.1", email_box_port=int(os.environ["PORT"]), email_box_user=os.environ["BOX"],
    email_box_pass=os.environ["SECRET"], email_box_ssl=False, email_box_imap_folder="INBOX",
    allow_email_submission=True, email_box_interval=0, logging_type="none")
"""
COUNT = """
import os, django
os.environ["DJANGO_SETTINGS_MODULE"] = "settings"
django.setup()
from helpdesk.models import FollowUp, Ticket
print(Ticket.objects.count(), FollowUp.objects.count())
"""
URLS = """
from django.urls import include, path
urlpatterns = [path("", include("helpdesk.urls"))]
"""


def measure(office: PostOffice, box: str, folder: Path, most: float | None = None) -> tuple[Spent, int]:
    """(what its gateway took, the letters it read) in at most so many seconds.

    Raises RuntimeError where it cannot be installed.
    """
    python = _installed(folder / "helpdesk")
    here = office.scratch / "helpdesk"
    here.mkdir()
    (here / "settings.py").write_text(SETTINGS)
    (here / "urls.py").write_text(URLS)
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "settings",
        "PYTHONPATH": str(here),
        "BOX": box,
        "PORT": str(office.dovecot.imap_port),
        "SECRET": PASSWORD,
    }

    def run(*arguments: str, most: float | None = None) -> tuple[str, Spent]:
        return spent_by([python, *arguments], environment, office.pid, here, most=most)

    run("-m", "django", "migrate", "--verbosity", "0")
    run("-c", QUEUE)
    _printed, spent = run("-m", "django", "get_email", "--quiet", most=most)
    tickets, further = run("-c", COUNT)[0].split()[-2:]
    print(f"django-helpdesk made   {int(tickets):7,} tickets, {int(further):,} follow-ups")
    # of each letter there is a follow-up
    return spent, int(further)


def _installed(folder: Path) -> Path:
    """The Python of an environment with django-helpdesk, made where there is none."""
    python = folder / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        if subprocess.run([python, "-m", "pip", "install", "--quiet", HELPDESK], check=False).returncode:
            shutil.rmtree(folder)
            raise RuntimeError("it cannot be installed here, nothing to compare with")
    return python
