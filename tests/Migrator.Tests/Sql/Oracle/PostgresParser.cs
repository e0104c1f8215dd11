using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using CliWrap;
using CliWrap.Buffered;
using Migrator.Tooling;
using Migrator.Tooling.Packages;
using Migrator.Tooling.Processes;

namespace Migrator.Tests.Sql.Oracle;

/// <summary>A question to PostgreSQL's parser. One of the properties is set.</summary>
internal sealed record OracleRequest(string? Sql = null, string? Expression = null, string? Type = null);

/// <summary>A table or an index, as the parser resolved its name.</summary>
internal sealed record OracleName(string? Schema, string Name);

/// <summary>A change of a statement, as <c>oracle.cjs</c> describes it.</summary>
internal sealed record OracleChange(string Kind, OracleName? Table = null)
{
    /// <summary>The index, the constraint, another object, or the new name after RENAME and SET SCHEMA.</summary>
    public OracleName? Name { get; init; }

    /// <summary>The kind of object in <see cref="Name"/>, as in <see cref="Migrator.Sql.Changes.SchemaChange.ObjectType"/>.</summary>
    public string? Object { get; init; }

    public string? Column { get; init; }

    public OracleName? Other { get; init; }

    /// <summary>The tree of a type.</summary>
    public string? Type { get; init; }

    /// <summary>The tree of DEFAULT, CHECK or USING.</summary>
    public string? Expression { get; init; }

    public IReadOnlyList<string> Flags { get; init; } = [];

    /// <summary>The columns that CREATE TABLE defines.</summary>
    public IReadOnlyList<OracleChange> Columns { get; init; } = [];

    /// <summary>The foreign keys of table constraints, as text.</summary>
    public IReadOnlyList<string> ForeignKeys { get; init; } = [];

    /// <summary>The columns of the created index.</summary>
    public IReadOnlyList<string> Index { get; init; } = [];

    /// <summary>The column that WHERE compares with literals.</summary>
    public string? Key { get; init; }

    /// <summary>The schemas of the search path, separated by commas, or <c>default</c>.</summary>
    public string? Path { get; init; }

    /// <summary>The lock mode of LOCK, as a number of PostgreSQL's <c>lockdefs.h</c>.</summary>
    public int? Mode { get; init; }
}

/// <summary>The answer to an <see cref="OracleRequest"/>.</summary>
internal sealed record OracleAnswer
{
    /// <summary>The message of the parser; null if the statement is valid.</summary>
    public string? Error { get; init; }

    /// <summary>The node of the statement, with details: <c>DropStmt OBJECT_TABLE</c>.</summary>
    public string Kind { get; init; } = "";

    /// <summary>The number of statements in the text.</summary>
    public int Count { get; init; }

    public IReadOnlyList<OracleChange> Changes { get; init; } = [];

    /// <summary>The type of CREATE TYPE … AS ENUM and ALTER TYPE.</summary>
    public OracleName? Type { get; init; }

    /// <summary>The value that ALTER TYPE … ADD VALUE adds.</summary>
    public string? Value { get; init; }

    /// <summary>The tree of an expression or a type.</summary>
    public string? Tree { get; init; }
}

/// <summary>PostgreSQL's own parser, in a process of Node.js.</summary>
internal static partial class PostgresParser
{
    public const int Newest = 18;

    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull,
    };

    /// <summary>Answers all requests in one process.</summary>
    public static async Task<IReadOnlyList<OracleAnswer>> AnswerAsync(int major, IReadOnlyList<OracleRequest> requests, CancellationToken cancellation)
    {
        string script = RepositoryRoot.Combine("tests/Migrator.Tests/Sql/Oracle/oracle.cjs");
        string input = string.Concat(requests.Select(r => JsonSerializer.Serialize(r, s_json) + "\n"));
        BufferedCommandResult result = await Guarded.Command("node", script, await LibPgQuery.FolderAsync(major, cancellation))
            .WithStandardInputPipe(PipeSource.FromString(input, Encoding.UTF8))
            .WithValidation(CommandResultValidation.None)
            .ExecuteBufferedAsync(Encoding.UTF8, cancellation);
        OracleAnswer[] answers =
        [
            .. result.StandardOutput.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonSerializer.Deserialize<OracleAnswer>(line, s_json)!),
        ];
        return result.IsSuccess && answers.Length == requests.Count
            ? answers
            : throw new InvalidOperationException($"oracle.cjs gave {answers.Length} answers to {requests.Count} requests, exit code {result.ExitCode}: {result.StandardError}");
    }

    /// <summary>
    /// The subcommands of ALTER TABLE that a parser knows: <c>AlterTableType</c> in PostgreSQL's <c>parsenodes.h</c>. The parser contains their names, because
    /// it writes the tree as text.
    /// </summary>
    public static async Task<IReadOnlySet<string>> SubcommandsAsync(int major, CancellationToken cancellation)
    {
        string file = Path.Combine(await LibPgQuery.FolderAsync(major, cancellation), "wasm", "libpg-query.wasm");
        return Subcommand().Matches(Encoding.Latin1.GetString(await File.ReadAllBytesAsync(file, cancellation))).Select(m => m.Groups[1].Value).ToHashSet();
    }

    [GeneratedRegex(@"(?<![A-Za-z_])(AT_[A-Za-z]+)\0")]
    private static partial Regex Subcommand();
}
