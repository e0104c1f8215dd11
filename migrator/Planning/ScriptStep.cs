using System.Security.Cryptography;
using System.Text;
using Migrator.Sql.Statements;

namespace Migrator.Planning;

/// <summary>How a step of an <c>-- evolve-tx-off</c> script runs.</summary>
internal enum StepKind
{
    /// <summary>SET and its kin: says something to the session, which a resumed run has to be told again. Leaves no row.</summary>
    Session,

    /// <summary>PostgreSQL allows it in a transaction: it runs in one together with its row.</summary>
    Transactional,

    /// <summary>The script's own BEGIN … COMMIT, whose row is written before the COMMIT.</summary>
    Block,

    /// <summary>PostgreSQL refuses it in a transaction: its row says that it started, then that it is done.</summary>
    NonTransactional,
}

/// <summary>What a script that runs outside a transaction is resumed by: a statement, or a BEGIN … COMMIT.</summary>
/// <param name="Number">From 1.</param>
/// <param name="Kind">How it runs.</param>
/// <param name="Statements">One, or those from BEGIN to COMMIT.</param>
internal sealed record ScriptStep(int Number, StepKind Kind, IReadOnlyList<SqlStatement> Statements)
{
    private string? _checksum;

    /// <summary>The statement, or the BEGIN.</summary>
    public SqlStatement First => Statements[0];

    /// <summary>Of the text that was sent, placeholders resolved.</summary>
    public string Checksum => _checksum ??= ComputeChecksum();

    private string ComputeChecksum()
    {
        string text = string.Join(";\n", Statements.Select(s => s.CopyData is { } data ? $"{s.Text}\n{data.Text}" : s.Text));
#pragma warning disable CA5351 // Not for security: tells whether a statement was edited.
        return Convert.ToHexString(MD5.HashData(Encoding.UTF8.GetBytes(text.ReplaceLineEndings("\n"))));
#pragma warning restore CA5351
    }
}
