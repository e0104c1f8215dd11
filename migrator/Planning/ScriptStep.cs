using System.Globalization;

namespace Migrator.Planning;

/// <summary>How a step of an <c>-- evolve-tx-off</c> script runs.</summary>
internal enum StepKind
{
    /// <summary>SET, RESET and similar: changes the session, which a resumed run has to repeat. It has no row in the progress table.</summary>
    Session,

    /// <summary>PostgreSQL allows it in a transaction: it runs in one together with its progress row.</summary>
    Transactional,

    /// <summary>The script's own BEGIN … COMMIT. The progress row is written before the COMMIT.</summary>
    Block,

    /// <summary>PostgreSQL refuses it in a transaction. Its progress row says that it started, then that it is done.</summary>
    NonTransactional,
}

/// <summary>The unit by which a script that runs outside a transaction is resumed: a statement, or a BEGIN … COMMIT.</summary>
/// <param name="Number">From 1.</param>
/// <param name="Kind">How it runs.</param>
/// <param name="First">The number of its first statement in the script, from 0.</param>
/// <param name="Count">How many statements it has: one, or those from BEGIN to COMMIT.</param>
/// <param name="Position">The place of its first statement.</param>
/// <param name="Hash">The MD5 of its text; see <see cref="StepHash"/>.</param>
internal readonly record struct ScriptStep(int Number, StepKind Kind, int First, int Count, SourcePosition Position, UInt128 Hash)
{
    /// <summary>The checksum of its text as it stands in the progress table.</summary>
    public string Checksum => Hash.ToString("X32", CultureInfo.InvariantCulture);
}
