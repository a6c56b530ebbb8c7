-- A database and a role for each service, made when the volume is new. Passwords come from secrets.
\set ON_ERROR_STOP on
\set partners_password `cat /run/secrets/partners_database_password`
\set knowledge_password `cat /run/secrets/knowledge_database_password`
\set events_password `cat /run/secrets/events_database_password`
\set notifier_password `cat /run/secrets/notifier_database_password`

CREATE ROLE partners LOGIN PASSWORD :'partners_password';
CREATE ROLE knowledge LOGIN PASSWORD :'knowledge_password';
CREATE ROLE events LOGIN PASSWORD :'events_password';
CREATE ROLE notifier LOGIN PASSWORD :'notifier_password';

CREATE DATABASE partners OWNER partners;
CREATE DATABASE knowledge OWNER knowledge;
CREATE DATABASE events OWNER events;
CREATE DATABASE notifier OWNER notifier;

REVOKE ALL ON DATABASE partners, knowledge, events, notifier FROM PUBLIC;
