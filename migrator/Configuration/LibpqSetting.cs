using Npgsql;

namespace Migrator.Configuration;

/// <summary>A connection setting of libpq, and what <c>migrate</c> does with it.</summary>
/// <param name="Keyword">The keyword in URLs and connection strings; the variable if libpq has no keyword.</param>
/// <param name="Variable">The environment variable; null for none.</param>
internal sealed record LibpqSetting(string Keyword, string? Variable)
{
    /// <summary>
    /// Applies a value to Npgsql's builder. Throws for an invalid value. Default: does nothing, because other code uses the
    /// value, or because the accepted values change nothing.
    /// </summary>
    public Action<NpgsqlConnectionStringBuilder, string> Apply { get; init; } = (_, _) => { };

    /// <summary>Returns whether a value is accepted. Default: every value that <see cref="Apply"/> accepts.</summary>
    public Func<string, bool> Accepts { get; init; } = _ => true;

    /// <summary>The accepted values, for an error message; null if there is no short list.</summary>
    public string? Expected { get; init; }

    /// <summary>Why <c>migrate</c> refuses values that libpq accepts; null if <c>migrate</c> accepts the same values.</summary>
    public string? Refusal { get; init; }

    /// <summary>The name for a message: the keyword in quotes, and the variable if it has another name.</summary>
    public string Name => Variable is null || Variable == Keyword ? $"'{Keyword}'" : $"'{Keyword}' ({Variable})";

    /// <summary>Creates the problem for a value that is not accepted. The message does not contain the value, which may be secret.</summary>
    public Problem Problem() => new("connection", Refusal is null ? $"the connection setting {Name} has an invalid value" : $"the connection setting {Name} is refused: {Refusal}")
    {
        Advice = Expected is not null ? $"Expected {Expected}." : "Remove the setting.",
    };
}
