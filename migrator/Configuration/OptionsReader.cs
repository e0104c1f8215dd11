using System.Text;
using Migrator.Scripts;

namespace Migrator.Configuration;

/// <summary>Reads <see cref="MigrateOptions"/> from the merged sources, and reports all invalid settings together.</summary>
/// <param name="sources">The merged sources.</param>
/// <param name="argument">The argument after the command; null for none.</param>
internal sealed class OptionsReader(SettingSources sources, string? argument = null)
{
    // The longest name of PostgreSQL, in bytes.
    private const int LongestName = 63;

    // The suffix of the longest name that is derived from the name of the history table.
    private const string LongestSuffix = "_progress";

    private readonly List<Problem> _problems = [.. sources.Problems];

    /// <summary>Reads the options of a command.</summary>
    /// <param name="timeout">The command's <c>--timeout</c>. The default differs between commands.</param>
    /// <param name="format">The command's <c>--output</c>. The formats differ between commands.</param>
    /// <param name="needsDatabase">Returns whether a connection must be configured.</param>
    /// <param name="redactor">Receives the secrets that are read.</param>
    /// <exception cref="MigrateException">A setting is missing or invalid (2).</exception>
    public MigrateOptions Read(Setting timeout, Setting format, Func<MigrateOptions, bool> needsDatabase, Redactor redactor)
    {
        ConnectionSettings connection = ConnectionSources.Read(sources, _problems);
        Hide(connection, redactor);
        SecretArguments.Hide(sources.Folder, redactor);
        TimeSpan? lockWait = Time(KnownSettings.LockWait);
        var secrets = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var options = new MigrateOptions
        {
            Directories = sources.Values(KnownSettings.Dir) is { Count: > 0 } dirs ? dirs : [KnownSettings.Dir.Default!],
            Connection = RereadConnection(connection, redactor),
            ConnectWait = Time(KnownSettings.ConnectWait),
            RetryLogin = Switch(KnownSettings.RetryLogin),
            LockWait = lockWait,
            LockTimeout = LimitedBy(lockWait, Time(KnownSettings.LockTimeout)),
            StatementTimeout = Time(KnownSettings.StatementTimeout),
            Timeout = Time(timeout),
            Target = Version(KnownSettings.Target),
            Schema = Name(KnownSettings.Schema, LongestName),
            HistoryTable = Name(KnownSettings.HistoryTable, LongestName - LongestSuffix.Length)!,
            HistoryOwner = sources.Value(KnownSettings.HistoryOwner),
            TrustedRoles = sources.Values(KnownSettings.TrustRole),
            Placeholders = Switch(KnownSettings.NoPlaceholders) ? null : Placeholders(redactor, secrets),
            SecretPlaceholders = secrets,
            OutOfOrder = Switch(KnownSettings.OutOfOrder),
            FailIfAhead = OneOf(KnownSettings.Ahead) == "fail",
            Phase = OneOf(KnownSettings.Phase) switch { "expand" => ScriptPhase.Expand, "contract" => ScriptPhase.Contract, _ => null },
            RefuseContract = Switch(KnownSettings.RefuseContract),
            AllowContracted = Versions(KnownSettings.AllowContracted),
            NoDetail = Switch(KnownSettings.NoDetail),
            ExitCode = Switch(KnownSettings.ExitCodeFlag),
            Argument = argument,
            FromFlyway = Switch(KnownSettings.FromFlyway),
            FlywayTable = Text(KnownSettings.FlywayTable)!,
            Repeatable = Switch(KnownSettings.Repeatable),
            TransactionOff = Switch(KnownSettings.TransactionOff),
            To = sources.Value(KnownSettings.To),
            Steps = sources.Value(KnownSettings.Steps),
            ToDirectory = Switch(KnownSettings.ToDir),
            SkipMissingUndo = OneOf(KnownSettings.OnMissingUndo) == "skip",
            AfterRollout = sources.Values(KnownSettings.AfterRollout),
            AfterPods = sources.Values(KnownSettings.AfterPods),
            RolloutWait = Time(KnownSettings.RolloutWait),
            EndRunning = Switch(KnownSettings.EndRunning),
            Down = Switch(KnownSettings.Down),
            RequireUndo = Switch(KnownSettings.RequireUndo),
            BothOrders = Switch(KnownSettings.BothOrders),
            ShowHistory = Switch(KnownSettings.HistoryFlag),
            ShowSql = Switch(KnownSettings.SqlFlag),
            Offline = Switch(KnownSettings.Offline),
            Observe = !Switch(KnownSettings.NoObserve),
            Since = Version(KnownSettings.Since),
            FailOn = OneOf(KnownSettings.FailOn)!,
        };
        OneOf(format);

        // The environment may contain settings for psql that migrate refuses. A command without a database ignores them.
        if (needsDatabase(options))
        {
            _problems.AddRange(connection.Problems());
        }

        // A source that cannot be read may contain the connection.
        if (connection.IsEmpty && sources.Problems.Count == 0 && needsDatabase(options))
        {
            _problems.Add(ConnectionSources.Missing);
        }

        if (_problems.Count > 0)
        {
            throw new MigrateException(ExitCode.Usage, _problems);
        }

        return options;
    }

    /// <summary>
    /// Reads the output format, which is needed before any problem can be reported; text for a format that the command does
    /// not support.
    /// </summary>
    public static OutputFormat Output(SettingSources sources, Setting setting) => Output(sources.Value(setting), setting);

    /// <summary>Returns the output format of a name; text for a format that the command does not support.</summary>
    public static OutputFormat Output(string? name, Setting setting) => name is null || !setting.ValueName!.Split('|').Contains(name) ? OutputFormat.Text
        : name switch { "json" => OutputFormat.Json, "sarif" => OutputFormat.Sarif, "github" => OutputFormat.Github, "junit" => OutputFormat.Junit, _ => OutputFormat.Text };

    // One attempt must not last longer than --lock-wait. With --lock-wait 0s there is one attempt, which --lock-timeout limits.
    private static TimeSpan? LimitedBy(TimeSpan? lockWait, TimeSpan? lockTimeout)
        => lockTimeout is not null && lockWait > TimeSpan.Zero && lockWait < lockTimeout ? lockWait : lockTimeout;

    // A mounted Secret may change while the run waits for the database.
    private Func<ConnectionSettings> RereadConnection(ConnectionSettings current, Redactor redactor) => () =>
    {
        if (sources.RereadFolder())
        {
            current = ConnectionSources.Read(sources, []);
            Hide(current, redactor);
        }

        return current;
    };

    private static void Hide(ConnectionSettings connection, Redactor redactor)
    {
        redactor.Hide(connection["sslpassword"]);
        foreach (string password in connection.Passwords.Concat(PasswordFile.Passwords(connection["passfile"])))
        {
            redactor.Hide(password);
            redactor.Hide(SaslPrep.Prepare(password));
        }
    }

    private string? Text(Setting setting) => sources.Value(setting) ?? setting.Default;

    private TimeSpan? Time(Setting setting)
    {
        string text = Text(setting)!;
        if (!Duration.TryParse(text, out TimeSpan? value))
        {
            _problems.Add(Invalid(setting, text, $"a duration such as {Duration.Examples}"));
        }

        return value;
    }

    private bool Switch(Setting setting)
    {
        string text = sources.Value(setting) ?? "off";
        switch (text.ToLowerInvariant())
        {
            case "true" or "on" or "yes" or "1":
                return true;
            case "false" or "off" or "no" or "0":
                return false;
            default:
                _problems.Add(Invalid(setting, text, "true or false"));
                return false;
        }
    }

    // Evolve encloses the names in quotes without escaping them.
    // PostgreSQL cuts a longer name, so that the table would not be found under its name, or two histories would share their tables.
    private string? Name(Setting setting, int maxBytes)
    {
        string? text = Text(setting);
        if (text is not null && (text.Length == 0 || text.AsSpan().ContainsAny('"', '\'') || Encoding.UTF8.GetByteCount(text) > maxBytes))
        {
            _problems.Add(Invalid(setting, text, $"a name without quotes, of at most {maxBytes} bytes"));
        }

        return text;
    }

    // The error message lists the values in the order of the help.
    private string? OneOf(Setting setting)
    {
        if (Text(setting) is not { } text)
        {
            return null;
        }

        string[] values = setting.ValueName!.Split('|');
        if (!values.Contains(text))
        {
            _problems.Add(Invalid(setting, text, $"{string.Join(", ", values[..^1])} or {values[^1]}"));
        }

        return text;
    }

    private ScriptVersion? Version(Setting setting)
        => sources.Value(setting) is not { } text || text.Equals("newest", StringComparison.OrdinalIgnoreCase) ? null : Version(setting, text);

    private IReadOnlyList<ScriptVersion> Versions(Setting setting) => [.. sources.Values(setting).Select(v => Version(setting, v)).OfType<ScriptVersion>()];

    private ScriptVersion? Version(Setting setting, string text)
    {
        if (!ScriptVersion.TryParse(text, out ScriptVersion? version, out _))
        {
            _problems.Add(Invalid(setting, text, "a version such as 12 or 1.2"));
        }

        return version;
    }

    private Dictionary<string, string> Placeholders(Redactor redactor, HashSet<string> secrets)
    {
        // The name of an environment variable is usually upper case, a placeholder in a script is not.
        var result = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach ((string name, string value, SettingLayer layer) in sources.Named(KnownSettings.Placeholder))
        {
            result[name] = value;
            if (layer is SettingLayer.Environment or SettingLayer.Folder)
            {
                // These sources may hold secrets. The process list shows the command line to every user, so it must not.
                redactor.HideWord(value);
                secrets.Add(name);
            }
        }

        return result;
    }

    private static Problem Invalid(Setting setting, string text, string expected)
        => new("setting", $"invalid value '{ForeignText.Of(text)}' for {setting.Flag} ({setting.EnvironmentName}): expected {expected}");
}
