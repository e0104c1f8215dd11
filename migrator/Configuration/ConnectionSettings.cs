using Npgsql;

namespace Migrator.Configuration;

/// <summary>
/// The connection to the database, as libpq keywords (<c>host</c>, <c>port</c>, <c>dbname</c>, <c>user</c>, …) and Npgsql
/// keywords that libpq does not have. Sources are merged keyword by keyword: a less specific source provides only the
/// keywords that the more specific sources do not set.
/// </summary>
internal sealed class ConnectionSettings
{
    /// <summary>The prefix of keywords that only Npgsql has, such as <c>npgsql:Include Error Detail</c>.</summary>
    public const string NpgsqlPrefix = "npgsql:";

    private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);
    private readonly HashSet<string> _passwords = new(StringComparer.Ordinal);

    /// <summary>
    /// Whether no source configures a connection. Variables that only change a session, such as PGTZ, configure none.
    /// </summary>
    public bool IsEmpty => _values.Keys.All(k => LibpqSettings.Find(k) is { } setting && setting.Keyword == setting.Variable);

    public string? this[string keyword] => _values.GetValueOrDefault(keyword);

    public string? Password => this["password"];

    /// <summary>The passwords of all sources, also of those that another source overrides.</summary>
    public IReadOnlyCollection<string> Passwords => _passwords;

    /// <summary>Adds the keywords of a less specific source that are not set yet.</summary>
    public void AddWhereMissing(IReadOnlyDictionary<string, string> source)
    {
        foreach ((string key, string value) in source)
        {
            _values.TryAdd(key, value);
            if (key == "password")
            {
                _passwords.Add(value);
            }
        }
    }

    /// <summary>
    /// Parses a connection string: a postgres:// URL, libpq keywords (<c>host=… user=…</c>), or Npgsql keywords
    /// (<c>Host=…;Username=…</c>).
    /// </summary>
    /// <exception cref="FormatException">The text has none of these forms. The message does not contain the text, which may hold a password.</exception>
    public static Dictionary<string, string> Parse(string text)
    {
        // Files and manifests often add a line end or spaces.
        text = text.Trim();
        return PostgresUrl.IsUrl(text) ? PostgresUrl.Parse(text) : LibpqKeywords.TryParse(text) ?? NpgsqlKeywords.Parse(text);
    }

    /// <summary>Creates the settings of a connection to another database of the same server.</summary>
    public ConnectionSettings WithDatabase(string name)
    {
        var other = new ConnectionSettings();
        other.AddWhereMissing(new Dictionary<string, string> { ["dbname"] = name });
        other.AddWhereMissing(_values);
        return other;
    }

    /// <summary>Returns all problems of the settings.</summary>
    public IReadOnlyList<Problem> Problems()
    {
        var problems = new List<Problem>();
        ToNpgsql(problems);
        return problems;
    }

    /// <summary>Converts the settings to Npgsql's form.</summary>
    /// <exception cref="MigrateException">A keyword is unknown, a value is invalid, or a file does not exist (2).</exception>
    public NpgsqlConnectionStringBuilder ToNpgsql()
    {
        var problems = new List<Problem>();
        NpgsqlConnectionStringBuilder builder = ToNpgsql(problems);
        return problems.Count == 0 ? builder : throw new MigrateException(ExitCode.Usage, problems);
    }

    private NpgsqlConnectionStringBuilder ToNpgsql(List<Problem> problems)
    {
        var builder = new NpgsqlConnectionStringBuilder();

        foreach ((string key, string value) in _values.OrderBy(v => LibpqSettings.Order(v.Key)))
        {
            if (Apply(builder, key, value) is { } problem)
            {
                problems.Add(problem);
            }
        }

        // Npgsql would look for the file at every connection attempt and report a connection failure.
        if (Password is null && this["passfile"] is { Length: > 0 } passfile && !File.Exists(passfile))
        {
            problems.Add(new Problem("connection", $"the file of passfile does not exist: {passfile}")
            {
                Advice = "Check PGPASSFILE. In a pod, check that the Secret is mounted at that path.",
            });
        }

        if (Password is null && this["passfile"] is { Length: > 0 } special && File.Exists(special) && Path.GetFullPath(special) != "/dev/null" && UnixFile.Read(special).SpecialType is { } type)
        {
            problems.Add(new Problem("connection", $"the file of passfile, {special}, is {type}, not a file") { Advice = "Check PGPASSFILE." });
        }

        TlsSettings.Apply(builder, this, problems);
        return builder;
    }

    private static Problem? Apply(NpgsqlConnectionStringBuilder builder, string key, string value)
    {
        LibpqSetting? setting = LibpqSettings.Find(key);
        string name = key.StartsWith(NpgsqlPrefix, StringComparison.Ordinal) ? key[NpgsqlPrefix.Length..] : key;
        try
        {
            if (setting is null && name == key)
            {
                return Unknown(name);
            }

            if (setting is null)
            {
                builder[name] = value;
                return null;
            }

            if (!setting.Accepts(value))
            {
                return setting.Problem();
            }

            setting.Apply(builder, value);
            return null;
        }
        catch (Exception e) when (e is ArgumentException or FormatException or InvalidCastException or KeyNotFoundException or OverflowException)
        {
            return setting?.Problem() ?? Unknown(name);
        }
    }

    private static Problem Unknown(string name) => new("connection", $"the connection setting '{name}' is unknown or has an invalid value")
    {
        Advice = "Use libpq's URL parameters in a postgres:// URL, or Npgsql's keywords.",
    };
}
