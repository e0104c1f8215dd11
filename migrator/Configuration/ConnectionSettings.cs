using Npgsql;

namespace Migrator.Configuration;

/// <summary>
/// How to reach the database, under libpq's keyword names (<c>host</c>, <c>port</c>, <c>dbname</c>, <c>user</c>, …),
/// plus Npgsql keywords that libpq has no name for. Sources are merged key by key: what a more specific one lacks,
/// the next one gives.
/// </summary>
internal sealed class ConnectionSettings
{
    /// <summary>The keywords' prefix for what only Npgsql knows, such as <c>npgsql:Include Error Detail</c>.</summary>
    public const string NpgsqlPrefix = "npgsql:";

    private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);

    public bool IsEmpty => _values.Count == 0;

    public string? this[string keyword] => _values.GetValueOrDefault(keyword);

    public string? Password => this["password"];

    /// <summary>Adds what a less specific source says, where nothing more specific did.</summary>
    public void AddWhereMissing(IReadOnlyDictionary<string, string> source)
    {
        foreach ((string key, string value) in source)
        {
            _values.TryAdd(key, value);
        }
    }

    /// <summary>Reads a connection string: a postgres:// URL, libpq's <c>host=… user=…</c>, or Npgsql's <c>Host=…;Username=…</c>.</summary>
    /// <exception cref="FormatException">It is none of them; the message does not repeat it.</exception>
    public static Dictionary<string, string> Parse(string text)
    {
        // A line end or blank around it comes from the file or the manifest that it was taken from.
        text = text.Trim();
        return PostgresUrl.IsUrl(text) ? PostgresUrl.Parse(text) : LibpqKeywords.TryParse(text) ?? NpgsqlKeywords.Parse(text);
    }

    /// <summary>Everything that is wrong with the settings.</summary>
    public IReadOnlyList<Problem> Problems()
    {
        var problems = new List<Problem>();
        ToNpgsql(problems);
        return problems;
    }

    /// <summary>The settings in Npgsql's form.</summary>
    /// <exception cref="MigrateException">A keyword or value is unknown, a file is missing.</exception>
    public NpgsqlConnectionStringBuilder ToNpgsql()
    {
        var problems = new List<Problem>();
        NpgsqlConnectionStringBuilder builder = ToNpgsql(problems);
        return problems.Count == 0 ? builder : throw new MigrateException(ExitCode.Usage, problems);
    }

    private NpgsqlConnectionStringBuilder ToNpgsql(List<Problem> problems)
    {
        var builder = new NpgsqlConnectionStringBuilder();

        // The ports of several hosts are put behind them, so the hosts come first.
        foreach ((string key, string value) in _values.OrderByDescending(v => v.Key == "host"))
        {
            try
            {
                NpgsqlKeywords.Apply(builder, key, value);
            }
            catch (Exception e) when (e is ArgumentException or FormatException or InvalidCastException or KeyNotFoundException or OverflowException)
            {
                string name = key.StartsWith(NpgsqlPrefix, StringComparison.Ordinal) ? key[NpgsqlPrefix.Length..] : key;
                problems.Add(new Problem("connection", $"the connection setting '{name}' is unknown or has a value it cannot have")
                {
                    Advice = NpgsqlKeywords.ValuesOf(name) is { } values
                        ? $"It takes {values}."
                        : "Use libpq's URL parameters in a postgres:// URL, or Npgsql's keywords.",
                });
            }
        }

        // Npgsql looks for it at each try, as if the server were at fault.
        if (Password is null && this["passfile"] is { Length: > 0 } passfile && !File.Exists(passfile))
        {
            problems.Add(new Problem("connection", $"passfile names a file that does not exist: {passfile}")
            {
                Advice = "Check PGPASSFILE, and in a pod that the Secret is mounted there.",
            });
        }

        TlsSettings.Apply(builder, this, problems);
        return builder;
    }
}
