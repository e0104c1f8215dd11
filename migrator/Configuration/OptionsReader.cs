using Migrator.Scripts;

namespace Migrator.Configuration;

/// <summary>From merged sources to <see cref="MigrateOptions"/>; reports everything that is wrong at once.</summary>
internal sealed class OptionsReader(SettingSources sources)
{
    private readonly List<Problem> _problems = [];

    /// <summary>Reads the options of a command.</summary>
    /// <param name="timeout">The command's own <c>--timeout</c>, whose default differs.</param>
    /// <param name="needsDatabase">Whether a connection has to be configured.</param>
    /// <param name="redactor">Learns every secret that is read.</param>
    /// <exception cref="MigrateException">Something is wrong.</exception>
    public MigrateOptions Read(Setting timeout, Func<MigrateOptions, bool> needsDatabase, Redactor redactor)
    {
        ConnectionSettings connection = ConnectionSources.Read(sources, _problems);
        redactor.Hide(connection.Password);
        var options = new MigrateOptions
        {
            Directories = sources.Values(KnownSettings.Dir) is { Count: > 0 } dirs ? dirs : [KnownSettings.Dir.Default!],
            Connection = connection,
            ConnectWait = Time(KnownSettings.ConnectWait),
            LockWait = Time(KnownSettings.LockWait),
            LockTimeout = Time(KnownSettings.LockTimeout),
            StatementTimeout = Time(KnownSettings.StatementTimeout),
            Timeout = Time(timeout),
            Target = Version(KnownSettings.Target),
            Schema = Text(KnownSettings.Schema),
            HistoryTable = Text(KnownSettings.HistoryTable)!,
            Placeholders = Switch(KnownSettings.NoPlaceholders) ? null : Placeholders(),
            OutOfOrder = Switch(KnownSettings.OutOfOrder),
            ExitCode = Switch(KnownSettings.ExitCodeFlag),
            ShowHistory = Switch(KnownSettings.HistoryFlag),
            ShowSql = Switch(KnownSettings.SqlFlag),
            Offline = Switch(KnownSettings.Offline),
        };
        if (connection.IsEmpty && needsDatabase(options))
        {
            _problems.Add(ConnectionSources.Missing);
        }

        if (_problems.Count > 0)
        {
            throw new MigrateException(ExitCode.Usage, _problems);
        }

        return options;
    }

    /// <summary>The form of the answer, needed before anything else can be reported.</summary>
    public static OutputFormat Output(SettingSources sources) => sources.Value(KnownSettings.Output) switch
    {
        null or "text" => OutputFormat.Text,
        "json" => OutputFormat.Json,
        string other => throw new MigrateException(ExitCode.Usage, Bad(KnownSettings.Output, other, "text or json")),
    };

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

    private Dictionary<string, string> Placeholders()
    {
        // Environment variables are upper case by habit, placeholders in scripts are not.
        var result = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach ((string name, string value) in sources.Named(KnownSettings.Placeholder))
        {
            result[name] = value;
        }

        return result;
    }

    private static Problem Bad(Setting setting, string text, string expected)
        => new("setting", $"{setting.Flag} ({setting.EnvironmentName}) is '{text}', but takes {expected}");
}
