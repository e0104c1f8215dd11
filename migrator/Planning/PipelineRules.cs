using Migrator.Sql.Changes;
using Migrator.Sql.Statements;

namespace Migrator.Planning;

/// <summary>Decides, while a script is read, whether it may be sent in a batch with other scripts.</summary>
internal sealed class PipelineRules
{
    // A batch is small enough that progress is reported often, and large enough that the network's latency does not matter. A
    // script that would fill much of a batch is sent alone.
    private const int MaxScriptsInBatch = 32;
    private const int MaxStatementsInBatch = 200;
    private const int MaxCharactersInBatch = 1 << 16;
    private const int MaxStatementsInScript = MaxStatementsInBatch / 8;
    private const int MaxCharactersInScript = MaxCharactersInBatch / 4;

    // Keywords of statements that remove prepared statements, or whose effects can be removed only by a complete session reset. After a GRANT, migrate
    // checks its tables.
    private static readonly string[] s_unsuitable = ["prepare", "deallocate", "discard", "cursor", "listen", ScriptAnalyzer.Grant];

    private bool _isUnsuitable;

    /// <summary>Whether the script, with the statements added so far, may be sent in a batch with other scripts.</summary>
    public bool CanBePipelined => !_isUnsuitable;

    /// <summary>The number of characters of the statements.</summary>
    public int Characters { get; private set; }

    /// <summary>The number of statements.</summary>
    public int Statements { get; private set; }

    /// <summary>Counts the scripts that are sent in the next batch; 0 if the first script has to be sent alone.</summary>
    /// <param name="scripts">The scripts that have not been sent yet, in order.</param>
    public static int BatchSize(IEnumerable<ScriptAnalysis> scripts)
    {
        (int count, int statements, int characters) = (0, 0, 0);
        foreach (ScriptAnalysis script in scripts.TakeWhile(s => s.CanBePipelined))
        {
            count++;
            statements += script.Statements;
            characters += script.Characters;
            if (count >= MaxScriptsInBatch || statements >= MaxStatementsInBatch || characters >= MaxCharactersInBatch)
            {
                break;
            }
        }

        return count;
    }

    /// <summary>Adds the next statement of the script.</summary>
    /// <param name="statement">The statement.</param>
    /// <param name="changes">The statement's changes.</param>
    /// <param name="created">The tables that are new when the statement runs.</param>
    /// <param name="isAccessing">Whether the statement accesses tables that are in use.</param>
    public void Add(SqlStatement statement, IReadOnlyList<SchemaChange> changes, NewTables created, bool isAccessing)
    {
        Characters += statement.Text.Length;
        Statements++;
        _isUnsuitable = _isUnsuitable
            || isAccessing
            || statement.HasCopyData
            || Characters > MaxCharactersInScript
            || Statements > MaxStatementsInScript
            || Array.Exists(s_unsuitable, w => statement.Text.Contains(w, StringComparison.OrdinalIgnoreCase))
            || !FastStatements.IsFast(statement.Text, changes, created);
    }
}
