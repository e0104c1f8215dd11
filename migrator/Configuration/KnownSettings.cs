namespace Migrator.Configuration;

/// <summary>All settings. The help, the environment variables and the settings file use these definitions.</summary>
internal static class KnownSettings
{
    public static readonly Setting Dir = new("dir", "folder", "./migrations",
        "Folder with the scripts, including subfolders. Repeat the option for several folders (in the environment variable: separated by commas).")
    { IsRepeatable = true };

    public static readonly Setting Connection = new("connection", "string", null,
        "postgres:// URL, or keywords of libpq (host=… user=…) or Npgsql (Host=…;Username=…). Merged with DATABASE_URL and libpq's variables (PGHOST, PGUSER, PGPASSWORD, …). Set the password by an environment variable or the settings folder: the process list shows options.");

    public static readonly Setting SettingsDir = new("settings-dir", "folder", null,
        "Folder with one file per setting, such as a mounted Secret. File names are environment variables or common Secret keys (uri, host, username, password, …).");

    public static readonly Setting SettingsMap = new("settings-map", "name=file", null,
        "Read a setting from a file with another name in the settings folder, such as DATABASE_URL=uri. Repeat the option for several settings.")
    { IsRepeatable = true };

    public static readonly Setting ConnectWait = new("connect-wait", "time", "60s",
        "How long to retry until the database accepts a connection. 0s: one attempt.");

    public static readonly Setting RetryLogin = new("retry-login", null, "off",
        "Retry a rejected login (wrong password, unknown role or database) like a database that does not answer: another tool may create the role later.");

    public static readonly Setting LockWait = new("lock-wait", "time", "5m",
        "Total time to wait for another run and for table locks. 0s: one attempt.");

    public static readonly Setting LockTimeout = new("lock-timeout", "time", "5s",
        "PostgreSQL's lock_timeout for each attempt. The run retries until --lock-wait expires. 'none' waits for a table lock without a limit, regardless of --lock-wait.");

    public static readonly Setting StatementTimeout = new("statement-timeout", "time", "none",
        "PostgreSQL's statement_timeout: maximum duration of one statement.");

    public static readonly Setting Timeout = new("timeout", "time", "none",
        "Maximum duration of the whole run, including waits. When it expires, uncommitted changes are rolled back.");

    public static readonly Setting WaitTimeout = new("timeout", "time", "5m",
        "How long to wait until the database has every migration. 0s: check once.");

    public static readonly Setting Target = new("target", "version", null,
        "Last version to apply. By default, the newest. If it leaves out a version, repeatable scripts do not run.");

    public static readonly Setting Schema = new("schema", "name", null,
        "Schema of the history table, created if missing, and first in the search_path of the scripts. By default, the first schema of the search_path that has the table, otherwise the current schema.");

    public static readonly Setting HistoryTable = new("history-table", "name", "changelog",
        "Name of the history table.");

    public static readonly Setting HistoryOwner = new("history-owner", "role", null,
        "Role that owns the history table and its additional tables. By default, the migration role, or a role that a superuser has granted to it, that cannot log in, and that has no other member.");

    public static readonly Setting TrustRole = new("trust-role", "role", null,
        "Role that may write to the history table and its additional tables, besides their owner. Repeat the option for several roles (in the environment variable: separated by commas).")
    { IsRepeatable = true };

    public static readonly Setting Placeholder = new("placeholder", "name=value", null,
        "Value for ${name} in scripts. Repeat the option for several placeholders (in the environment: one variable for each).")
    { IsRepeatable = true, EnvironmentForm = "MIGRATE_PLACEHOLDER_<NAME>" };

    public static readonly Setting NoPlaceholders = new("no-placeholders", null, "off",
        "Do not replace ${name} in scripts.");

    public static readonly Setting OutOfOrder = new("out-of-order", null, "off",
        "Apply pending versions below the newest applied version.");

    public static readonly Setting Ahead = new("ahead", "pass|fail", "pass",
        "What to do if the database has newer versions than the folder. 'pass' changes nothing and exits with 0, 'fail' exits with 6.");

    public static readonly Setting Phase = new("phase", "expand|contract", null,
        "Only scripts of this phase. 'contract': the scripts whose names end in .contract.sql, which remove what the previous version of the application used. 'expand': the others.");

    public static readonly Setting RefuseContract = new("refuse-contract", null, "off",
        "Exit with 2, before anything is changed, if contract scripts are pending. For deployments that run no contract phase.");

    public static readonly Setting AllowContracted = new("allow-contracted", "version", null,
        "Version of a contract script that the folder does not have, but that this version of the application can run with. Repeat the option for several versions.")
    { IsRepeatable = true };

    public static readonly Setting Output = new("output", "text|json", "text",
        "Output format on stdout: text, or one JSON document.");

    public static readonly Setting NoDetail = new("no-detail", null, "off",
        "Leave out the server's DETAIL and CONTEXT of errors, which can contain values of rows.");

    public static readonly Setting ExitCodeFlag = new("exit-code", null, "off",
        "Exit with 5 if migrations are pending.");

    public static readonly Setting HistoryFlag = new("history", null, "off",
        "List what past runs did, including failures.");

    public static readonly Setting SqlFlag = new("sql", null, "off",
        "Print the SQL that would run.");

    public static readonly Setting Offline = new("offline", null, "off",
        "Check only the scripts, without a database.");

    public static readonly Setting FromFlyway = new("from-flyway", null, "off",
        "Adopt the migrations that Flyway's history lists as applied.");

    public static readonly Setting FlywayTable = new("flyway-table", "name", "flyway_schema_history",
        "Name of Flyway's history table.");

    public static readonly Setting Repeatable = new("repeatable", null, "off",
        "Create a repeatable script instead of a versioned one.");

    public static readonly Setting TransactionOff = new("tx-off", null, "off",
        "Create scripts that run outside a transaction, for statements such as CREATE INDEX CONCURRENTLY.");

    public static readonly Setting To = new("to", "version", null,
        "Undo all versions above this version. 0 undoes everything.");

    public static readonly Setting Steps = new("steps", "number", null,
        "Number of versions to undo, newest first.");

    public static readonly Setting ToDir = new("to-dir", null, "off",
        "Undo every applied version that is not in the folder. 'helm rollback' needs this.");

    public static readonly Setting OnMissingUndo = new("on-missing-undo", "fail|skip", "fail",
        "What to do if a version has no undo script. In both cases nothing is undone: 'fail' exits with 2, 'skip' prints a warning and exits with 0.");

    public static readonly Setting AfterRollout = new("after-rollout", "workload", null,
        "In a pod: first wait until deployment/NAME or statefulset/NAME has no pod of another version (MIGRATE_SET). Repeat the option for several workloads (in the environment variable: separated by commas).")
    { IsRepeatable = true };

    public static readonly Setting AfterPods = new("after-pods", "selector", null,
        "In a pod: first wait until every running pod that this label selector selects has this version (MIGRATE_SET). For pods without a rollout, such as those of Jobs. Repeat the option for several selectors (in the environment variable: separated by semicolons).")
    { IsRepeatable = true, Separator = ';' };

    public static readonly Setting RolloutWait = new("rollout-wait", "time", "30m",
        "How long --after-rollout and --after-pods wait. 0s: one look.");

    public static readonly Setting EndRunning = new("end-running", null, "off",
        "If a run of the same release (MIGRATE_RELEASE) and role holds the lock, cancel its statement, and end its session after 10 s.");

    public static readonly Setting Down = new("down", null, "off",
        "Show what 'down' would do. Needs --to, --steps or --to-dir.");

    public static readonly Setting RequireUndo = new("require-undo", null, "off",
        "Report a version without an undo script as an error.");

    public static readonly Setting BothOrders = new("both-orders", null, "off",
        "Apply the scripts to two new databases, in the order of their versions and in phases, and compare the schemas. Needs CREATEDB.");

    public static readonly Setting LintOutput = new("output", "text|json|sarif|github|junit", "text",
        "Output format on stdout. sarif, github and junit are for pull requests and pipelines.");

    public static readonly Setting FailOn = new("fail-on", "error|warning|none", "error",
        "Lowest severity that makes the command exit with 2.");

    public static readonly Setting Since = new("since", "version", null,
        "Check only scripts after this version, and treat the tables of earlier scripts as in use. By default, all scripts count as new.");

    public static readonly Setting NoObserve = new("no-observe", null, "off",
        "Do not query which tables each migration locks and rewrites.");

    /// <summary>All settings, to detect unknown names in <c>migrate.json</c>.</summary>
    public static readonly IReadOnlyList<Setting> All =
    [
        Dir, Connection, SettingsDir, SettingsMap, ConnectWait, RetryLogin, LockWait, LockTimeout, StatementTimeout, Timeout, WaitTimeout, Target, Schema,
        HistoryTable, HistoryOwner, TrustRole, Placeholder, NoPlaceholders, OutOfOrder, Ahead, Phase, RefuseContract, AllowContracted, Output, NoDetail, ExitCodeFlag, HistoryFlag, SqlFlag, Offline, FromFlyway, FlywayTable,
        Repeatable, TransactionOff, To, Steps, ToDir, OnMissingUndo, AfterRollout, AfterPods, RolloutWait, EndRunning, Down, RequireUndo, BothOrders, LintOutput, FailOn, Since, NoObserve,
    ];

    /// <summary>The settings that select which versions <c>down</c> undoes.</summary>
    public static readonly IReadOnlyList<Setting> DownGoals = [To, Steps, ToDir];

    /// <summary>The settings of every command that reads scripts and a database.</summary>
    public static readonly IReadOnlyList<Setting> Common =
        [Dir, Connection, SettingsDir, SettingsMap, ConnectWait, RetryLogin, Schema, HistoryTable, HistoryOwner, TrustRole, Output, NoDetail];
}
