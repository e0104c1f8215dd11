namespace Migrator.Configuration;

/// <summary>Every setting, once. The help, the environment and the documentation are made from this list.</summary>
internal static class KnownSettings
{
    public static readonly Setting Dir = new("dir", "folder", "./migrations",
        "Folder with the scripts, read recursively; several by repeating it (in the environment: separated by commas).")
    { IsRepeatable = true };

    public static readonly Setting Connection = new("connection", "string", null,
        "postgres:// URL, or keywords of libpq (host=… user=…) or Npgsql (Host=…;Username=…); merged with DATABASE_URL and PGHOST, PGUSER, PGPASSWORD and their kin. A password belongs there or into the settings folder: the process list shows flags.");

    public static readonly Setting SettingsDir = new("settings-dir", "folder", null,
        "Folder with one file per setting, such as a mounted Secret; files are named as environment variables, or as operators name them (uri, host, username, password, …).");

    public static readonly Setting SettingsMap = new("settings-map", "name=file", null,
        "Read a setting from a file of another name in the settings folder, such as DATABASE_URL=uri; several by repeating it.")
    { IsRepeatable = true };

    public static readonly Setting ConnectWait = new("connect-wait", "time", "60s",
        "How long to try until the database answers; 0s is one try.");

    public static readonly Setting LockWait = new("lock-wait", "time", "5m",
        "How long to wait, in all, for another run and for table locks.");

    public static readonly Setting LockTimeout = new("lock-timeout", "time", "5s",
        "PostgreSQL's lock_timeout for each try; tries go on until --lock-wait is spent. 'none' stays in the queue for as long as it takes, whatever --lock-wait says.");

    public static readonly Setting StatementTimeout = new("statement-timeout", "time", "none",
        "PostgreSQL's statement_timeout: the longest that one statement may take.");

    public static readonly Setting Timeout = new("timeout", "time", "none",
        "Limit for the whole run, the waits included; what is running then is rolled back.");

    public static readonly Setting WaitTimeout = new("timeout", "time", "5m",
        "How long to wait until the database has every migration; 0s is one look.");

    public static readonly Setting Target = new("target", "version", null,
        "Last version to apply; by default the newest.");

    public static readonly Setting Schema = new("schema", "name", null,
        "Schema of the history table, created when missing, and first in the scripts' search_path; by default the connection's.");

    public static readonly Setting HistoryTable = new("history-table", "name", "changelog",
        "Name of the history table.");

    public static readonly Setting Placeholder = new("placeholder", "name=value", null,
        "Value for ${name} in scripts; several by repeating it (in the environment: one variable for each).")
    { IsRepeatable = true, EnvironmentForm = "MIGRATE_PLACEHOLDER_<NAME>" };

    public static readonly Setting NoPlaceholders = new("no-placeholders", null, "off",
        "Leave ${name} in scripts alone.");

    public static readonly Setting OutOfOrder = new("out-of-order", null, "off",
        "Allow a version older than the newest applied one.");

    public static readonly Setting Output = new("output", "text|json", "text",
        "Form of the answer on stdout: for people, or one JSON document for programs.");

    public static readonly Setting ExitCodeFlag = new("exit-code", null, "off",
        "Answer 5 when anything is pending.");

    public static readonly Setting HistoryFlag = new("history", null, "off",
        "Show what past runs did, failures included.");

    public static readonly Setting SqlFlag = new("sql", null, "off",
        "Print the SQL that would run.");

    public static readonly Setting Offline = new("offline", null, "off",
        "Check the scripts alone, without a database.");

    public static readonly Setting FromFlyway = new("from-flyway", null, "off",
        "Take over what Flyway's history says is applied.");

    public static readonly Setting FlywayTable = new("flyway-table", "name", "flyway_schema_history",
        "Name of Flyway's history table.");

    public static readonly Setting Repeatable = new("repeatable", null, "off",
        "Create a repeatable script instead of a versioned one.");

    public static readonly Setting TransactionOff = new("tx-off", null, "off",
        "Let it run outside a transaction, for CREATE INDEX CONCURRENTLY and its kin.");

    public static readonly Setting To = new("to", "version", null,
        "Undo everything above this version, which stays applied; 0 undoes everything.");

    public static readonly Setting Steps = new("steps", "number", null,
        "Undo this many versions, newest first.");

    public static readonly Setting ToDir = new("to-dir", null, "off",
        "Undo every applied version that the folder does not hold: what 'helm rollback' needs.");

    public static readonly Setting OnMissingUndo = new("on-missing-undo", "fail|skip", "fail",
        "When a version has no undo script, nothing is undone: 'fail' answers 2, 'skip' warns and answers 0.");

    public static readonly Setting Down = new("down", null, "off",
        "Show what 'down' would do, with --to, --steps or --to-dir.");

    public static readonly Setting RequireUndo = new("require-undo", null, "off",
        "Count a version without an undo script as an error.");

    public static readonly Setting LintOutput = new("output", "text|json|sarif|github", "text",
        "Form of the answer on stdout; sarif and github are for pull requests.");

    public static readonly Setting FailOn = new("fail-on", "error|warning|none", "error",
        "The mildest finding that answers 2.");

    public static readonly Setting Since = new("since", "version", null,
        "Look only at what comes after this version: what the scripts up to it created is in use. By default all scripts are new.");

    public static readonly Setting NoObserve = new("no-observe", null, "off",
        "Do not ask PostgreSQL what each migration locks and rewrites.");

    /// <summary>All of them, so that a name in <c>migrate.json</c> that is none of them is found out.</summary>
    public static readonly IReadOnlyList<Setting> All =
    [
        Dir, Connection, SettingsDir, SettingsMap, ConnectWait, LockWait, LockTimeout, StatementTimeout, Timeout, WaitTimeout, Target, Schema,
        HistoryTable, Placeholder, NoPlaceholders, OutOfOrder, Output, ExitCodeFlag, HistoryFlag, SqlFlag, Offline, FromFlyway, FlywayTable,
        Repeatable, TransactionOff, To, Steps, ToDir, OnMissingUndo, Down, RequireUndo, LintOutput, FailOn, Since, NoObserve,
    ];

    /// <summary>How far down.</summary>
    public static readonly IReadOnlyList<Setting> DownGoals = [To, Steps, ToDir];

    /// <summary>What every command that reads scripts and a database takes.</summary>
    public static readonly IReadOnlyList<Setting> Common =
        [Dir, Connection, SettingsDir, SettingsMap, ConnectWait, Schema, HistoryTable, Output];
}
