using System.Globalization;

namespace Migrator.Planning;

/// <summary>The way in which a step of an <c>-- evolve-tx-off</c> script runs.</summary>
internal enum StepKind
{
    /// <summary>
    /// A statement that changes the session, such as SET or RESET. A resumed run executes it again, so it has no row in the
    /// progress table.
    /// </summary>
    Session,

    /// <summary>A statement that PostgreSQL allows in a transaction. It runs in one transaction with its progress row.</summary>
    Transactional,

    /// <summary>A BEGIN … COMMIT block in the script. The progress row is written before the COMMIT.</summary>
    Block,

    /// <summary>
    /// A statement that PostgreSQL refuses in a transaction. Its progress row has the state <c>started</c> while it runs, and
    /// <c>done</c> afterwards.
    /// </summary>
    NonTransactional,
}

/// <summary>
/// A step of an <c>-- evolve-tx-off</c> script: a statement, or a BEGIN … COMMIT block. An interrupted script is resumed at a
/// step.
/// </summary>
/// <param name="Number">The number of the step in the script, from 1.</param>
/// <param name="Kind">The way in which the step runs.</param>
/// <param name="First">The number of the step's first statement in the script, from 0.</param>
/// <param name="Count">The number of statements: one, or those from BEGIN to COMMIT.</param>
/// <param name="Position">The place of the step's first statement.</param>
/// <param name="Hash">The MD5 hash of the step's text; see <see cref="StepHash"/>.</param>
internal readonly record struct ScriptStep(int Number, StepKind Kind, int First, int Count, SourcePosition Position, UInt128 Hash)
{
    /// <summary>The checksum of the step's text, in the format of the progress table.</summary>
    public string Checksum => Hash.ToString("X32", CultureInfo.InvariantCulture);
}
