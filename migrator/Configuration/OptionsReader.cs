using Migrator.Scripts;

namespace Migrator.Configuration;

/// <summary>From merged sources to <see cref="MigrateOptions"/>; reports everything that is wrong at once.</summary>
/// <param name="sources">The merged sources.</param>
/// <param name="argument">What stands behind the command; null for nothing.</param>
internal sealed class OptionsReader(SettingSources sources, string? argument = null)
{
    private readonly List<Problem> _problems = [.. sources.Problems];

    /// <summary>Reads the options of a command.</summary>
    /// <param name="timeout">The command's own <c>--timeout</c>, whose default differs.</param>
    /// <param name="form">The command's own <c>--output</c>, whose forms differ.</param>
    /// <param name="needsDatabase">Whether a connection has to be configured.</param>
    /// <param name="redactor">Learns every secret that is read.</param>
    /// <exception cref="MigrateException">Something is wrong.</exception>
    public MigrateOptions Read(Setting timeout, Setting form, Func<MigrateOptions, bool> needsDatabase, Redactor redactor)
    {
        ConnectionSettings connection = ConnectionSources.Read(sources, _problems);
        Hide(connection, redactor);
        _problems.AddRange(connection.Problems());
        TimeSpan? lockWait = Time(KnownSettings.LockWait);
        var secrets = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var options = new MigrateOptions
        {
            Directories = sources.Values(KnownSettings.Dir) is { Count: > 0 } dirs ? dirs : [KnownSettings.Dir.Default!],
            Connection = Rereading(connection, redactor),
            ConnectWait = Time(KnownSettings.ConnectWait),
            LockWait = lockWait,
            LockTimeout = Within(lockWait, Time(KnownSettings.LockTimeout)),
            StatementTimeout = Time(KnownSettings.StatementTimeout),
            Timeout = Time(timeout),
            Target = Version(KnownSettings.Target),
            Schema = Name(KnownSettings.Schema),
            HistoryTable = Name(KnownSettings.HistoryTable)!,
            Placeholders = Switch(KnownSettings.NoPlaceholders) ? null : Placeholders(redactor, secrets),
            SecretPlaceholders = secrets,
            OutOfOrder = Switch(KnownSettings.OutOfOrder),
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
            Down = Switch(KnownSettings.Down),
            RequireUndo = Switch(KnownSettings.RequireUndo),
            ShowHistory = Switch(KnownSettings.HistoryFlag),
            ShowSql = Switch(KnownSettings.SqlFlag),
            Offline = Switch(KnownSettings.Offline),
            Observe = !Switch(KnownSettings.NoObserve),
            Since = Version(KnownSettings.Since),
            FailOn = OneOf(KnownSettings.FailOn),
        };
        OneOf(form);

        // A source that cannot be read may hold it.
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

    /// <summary>The form of the answer, needed before anything else can be reported; what is none of the command's is reported as text.</summary>
    public static OutputFormat Output(SettingSources sources, Setting form) => Output(sources.Value(form), form);

    /// <summary>The form that a word means to a command.</summary>
    public static OutputFormat Output(string? word, Setting form) => word is null || !form.ValueName!.Split('|').Contains(word) ? OutputFormat.Text
        : word switch { "json" => OutputFormat.Json, "sarif" => OutputFormat.Sarif, "github" => OutputFormat.Github, _ => OutputFormat.Text };

    // A mounted Secret may change while we wait for the database.
    // One try that is longer than all of --lock-wait would be the wait. Zero is one try, as long as any.
    private static TimeSpan? Within(TimeSpan? all, TimeSpan? one) => one is not null && all > TimeSpan.Zero && all < one ? all : one;

    private Func<ConnectionSettings> Rereading(ConnectionSettings current, Redactor redactor) => () =>
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
        redactor.Hide(connection.Password);
        redactor.Hide(connection["sslpassword"]);
    }

    private string? Text(Setting setting) => sources.Value(setting) ?? setting.Default;

    private TimeSpan? Time(Setting setting)
    {
        string text = Text(setting)!;
        if (!Duration.TryParse(text, out TimeSpan? value))
        {
            _problems.Add(Bad(setting, text, $"a time such as {Duration.Forms}"));
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
                _problems.Add(Bad(setting, text, "true or false"));
                return false;
        }
    }

    // Evolve puts the names between quotes as they are.
    private string? Name(Setting setting)
    {
        string? text = Text(setting);
        if (text is not null && (text.Length == 0 || text.AsSpan().ContainsAny('"', '\'')))
        {
            _problems.Add(Bad(setting, text, "a name without quotes in it"));
        }

        return text;
    }

    // The help shows the words in the order in which a sentence names them, too.
    private string OneOf(Setting setting)
    {
        string text = Text(setting)!;
        string[] words = setting.ValueName!.Split('|');
        if (!words.Contains(text))
        {
            _problems.Add(Bad(setting, text, $"{string.Join(", ", words[..^1])} or {words[^1]}"));
        }

        return text;
    }

    private ScriptVersion? Version(Setting setting)
    {
        if (sources.Value(setting) is not { } text || text.Equals("newest", StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        if (!ScriptVersion.TryParse(text, out ScriptVersion? version, out _))
        {
            _problems.Add(Bad(setting, text, "a version such as 12 or 1.2"));
        }

        return version;
    }

    private Dictionary<string, string> Placeholders(Redactor redactor, HashSet<string> secrets)
    {
        // Environment variables are upper case by habit, placeholders in scripts are not.
        var result = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach ((string name, string value, SettingLayer layer) in sources.Named(KnownSettings.Placeholder))
        {
            result[name] = value;
            if (layer is SettingLayer.Environment or SettingLayer.Folder)
            {
                // What comes from there may be a secret; what stands on the command line is known to all anyway.
                redactor.HideWord(value);
                secrets.Add(name);
            }
        }

        return result;
    }

    private static Problem Bad(Setting setting, string text, string expected)
        => new("setting", $"{setting.Flag} ({setting.EnvironmentName}) is '{text}', but takes {expected}");
}
