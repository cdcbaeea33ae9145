"""Settings of every process, from the environment only; README.md has the table."""

from email.utils import parseaddr
from pathlib import Path
from urllib.parse import urlsplit

from csp.constants import NONCE, NONE, SELF

from clinic_site import environment

BASE_DIR = Path(__file__).resolve().parent.parent

# --- Environment ---------------------------------------------------------------------------------
DEBUG = environment.boolean("DEBUG", default=True)
SECRET_KEY = environment.secret_key("SECRET_KEY", debug=DEBUG)
PORT = environment.integer("PORT", 8000, 1, 65535)
SITE_URL = environment.site_url("SITE_URL", f"http://127.0.0.1:{PORT}")
SITE_HOST = urlsplit(SITE_URL).hostname
IS_LOOPBACK = environment.is_loopback(SITE_URL)
ALLOWED_HOSTS = environment.words(
    "ALLOWED_HOSTS",
    ["localhost", "127.0.0.1", "[::1]"] if IS_LOOPBACK else [SITE_HOST],
    r"\.?[A-Za-z0-9.:\[\]-]+",
    "host names, comma-separated, such as www.clinic.example",
)
if IS_LOOPBACK and not set(ALLOWED_HOSTS) <= {SITE_HOST, "localhost", "127.0.0.1", "[::1]"}:
    environment.refuse("SITE_URL", "the public address of the site, because ALLOWED_HOSTS names a public host")
if not IS_LOOPBACK and DEBUG:
    environment.refuse("DEBUG", "false where SITE_URL is not this machine: error pages would show what patients typed")
if not IS_LOOPBACK and not SITE_URL.startswith("https://"):
    environment.refuse("SITE_URL", "https:// where it is not this machine (45 CFR 164.312(e): encrypted transmission)")
VAR_DIR = environment.folder("VAR_DIR", BASE_DIR / "var")
TRUSTED_PROXIES = environment.proxies("TRUSTED_PROXIES")
MFA_REQUIRED = environment.boolean("MFA_REQUIRED", default=False)
LOG_LEVEL = environment.read(
    "LOG_LEVEL",
    "INFO",
    {"DEBUG": "DEBUG", "INFO": "INFO", "WARNING": "WARNING"}.__getitem__,
    "DEBUG, INFO or WARNING",
)
HSTS_SECONDS = environment.integer("HSTS_SECONDS", 365 * 24 * 3600, 0, 10 * 365 * 24 * 3600)

# --- Parts ---------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "clinic_site.apps.ClinicSiteConfig",
    "appointments",
    "services",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "content_editor",
    "crispy_forms",
    "csp",
    "django_prose_editor",
    "js_asset",
    "phonenumber_field",
    "reversion",
    "clinic_site.apps.StaffAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.sitemaps",
    "django.contrib.staticfiles",
    "django.forms",
]
MIDDLEWARE = [
    "clinic_site.middleware.request_id",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "clinic_site.middleware.language",
    "clinic_site.middleware.body_limit",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "clinic_site.middleware.staff_area",
    "clinic_site.middleware.moved_pages",
]
ROOT_URLCONF = "clinic_site.urls"
WSGI_APPLICATION = "clinic_site.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "clinic_site.context.site",
            ]
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
CRISPY_ALLOWED_TEMPLATE_PACKS = ("clinic",)
CRISPY_TEMPLATE_PACK = "clinic"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Data ----------------------------------------------------------------------------------------
DATABASES = {"default": environment.database("DATABASE_URL", f"sqlite:///{VAR_DIR / 'db.sqlite3'}")}
CACHES = {"default": environment.cache("CACHE_URL", f"file://{VAR_DIR / 'cache'}")}

# Days after closing until a request's free text, then its names and contact, are erased; the same for suspected spam.
KEPT_DAYS = {
    "note": environment.integer("KEEP_NOTE_DAYS", 30, 1, 3650),
    "contact": environment.integer("KEEP_CONTACT_DAYS", 180, 1, 3650),
    "spam": environment.integer("KEEP_SPAM_DAYS", 30, 1, 3650),
}

# --- Language and time ---------------------------------------------------------------------------
# Pages are in English. What the patient's side itself says is in Spanish too, under /es/ (clinic_site/urls.py).
LANGUAGE_CODE = "en-us"
LANGUAGES = [("en-us", "English"), ("es", "Español")]
LOCALE_PATHS = [BASE_DIR / "clinic_site" / "locale"]
USE_I18N = True
USE_TZ = True
# Stored and computed in UTC; every time shown names the zone of its location (services/moments.py).
TIME_ZONE = "UTC"
PHONENUMBER_DEFAULT_REGION = "US"

# --- Files ---------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = environment.folder("STATIC_ROOT", VAR_DIR / "static")
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = [
    "clinic_site.bundle.StylesheetFinder",
    "clinic_site.bundle.StaticFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
]
# Pictures that staff uploaded; served by services/media.py.
MEDIA_ROOT = VAR_DIR / "media"
MEDIA_URL = "/media/"
STORAGES = {
    # A picture's name is made from its content: what has the same name is the same file.
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"allow_overwrite": True},
    },
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = DEBUG

# --- Mail ----------------------------------------------------------------------------------------
vars().update(environment.email("EMAIL_URL", f"file://{VAR_DIR / 'mail'}"))
EMAIL_TIMEOUT = 10  # seconds for each read; far below the outbox lease
DEFAULT_FROM_EMAIL = environment.read(
    "DEFAULT_FROM_EMAIL",
    "Clinic website <website@clinic.example>",
    environment.mailbox,
    "a mailbox such as Clinic <website@clinic.example>",
)
# On the envelope only: servers report there what could not be delivered.
BOUNCE_ADDRESS = environment.read(
    "BOUNCE_ADDRESS", DEFAULT_FROM_EMAIL, environment.mailbox, "a mailbox such as bounces@clinic.example"
)
MAIL_DOMAIN = parseaddr(DEFAULT_FROM_EMAIL)[1].rpartition("@")[2]
SERVER_EMAIL = DEFAULT_FROM_EMAIL

# --- Staff accounts ------------------------------------------------------------------------------
AUTHENTICATION_BACKENDS = ["clinic_site.rights.RightsBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
PASSWORD_RESET_TIMEOUT = 3 * 24 * 3600  # seconds; the invitation says "three days"
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "admin:index"
ACCOUNT_ADAPTER = "clinic_site.accounts.StaffAccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_SESSION_REMEMBER = False
MFA_TOTP_ISSUER = SITE_HOST
MFA_FORMS = {"authenticate": "clinic_site.second_factor.StaffAuthenticateForm"}

# --- Safety --------------------------------------------------------------------------------------
IS_HTTPS = SITE_URL.startswith("https://")
SECURE_SSL_REDIRECT = IS_HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = HSTS_SECONDS if IS_HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = IS_HTTPS
SECURE_HSTS_PRELOAD = IS_HTTPS
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = IS_HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_AGE = 12 * 3600
CSRF_FAILURE_VIEW = "clinic_site.errors.csrf_failure"
CSRF_TRUSTED_ORIGINS = [SITE_URL]
X_FRAME_OPTIONS = "DENY"
# What the public may post: a request form is a few kilobytes (clinic_site/middleware.py).
PUBLIC_BODY_BYTES = 256 * 1024
# More requests than that, from one connection in an hour or with one contact in a day, are kept as suspected
# spam (appointments/sender.py).
REQUESTS_PER_CONNECTION = environment.integer("REQUESTS_PER_CONNECTION", 20, 1, 1_000_000)
REQUESTS_PER_CONTACT = environment.integer("REQUESTS_PER_CONTACT", 5, 1, 1_000_000)
# What staff may post: a page of a hundred blocks.
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

# --- Logs ----------------------------------------------------------------------------------------
# No log line carries what a patient typed: tracebacks of a request are reduced to their type and place.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"request_id": {"()": "clinic_site.logs.RequestIdFilter"}},
    "formatters": {
        "json": {
            "()": "clinic_site.logs.PrivateJsonFormatter",
            "fmt": "%(asctime)s %(levelname)s %(name)s %(message)s %(request_id)s",
            "rename_fields": {"asctime": "time", "levelname": "level", "name": "logger"},
        }
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "json", "filters": ["request_id"]}},
    "root": {"handlers": ["console"], "level": LOG_LEVEL},
    "loggers": {
        "django": {"handlers": [], "level": LOG_LEVEL, "propagate": True},
        # Its reasons quote the Referer of whoever asked.
        "django.security.csrf": {"level": "ERROR"},
        # The development server's own line holds the address: let the formatter see it.
        "django.server": {"handlers": [], "level": LOG_LEVEL, "propagate": True},
        # Gunicorn drops the body of every answer to HEAD, as it should, and warns each time.
        "gunicorn.http.wsgi": {"level": "ERROR"},
    },
}
