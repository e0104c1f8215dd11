using Migrator.Scripts;
using Migrator.Scripts.Sql;

namespace Migrator.Execution;

/// <summary>A pending script, read, resolved, split and checked: nothing about it can fail any more but its SQL.</summary>
internal sealed class PreparedScript
{
    private readonly ResolvedText resolved;

    private PreparedScript(Script script, ResolvedText resolved, IReadOnlyList<SqlStatement> statements)
    {
        Script = script;
        this.resolved = resolved;
        Statements = statements;
    }

    public Script Script { get; }

    public IReadOnlyList<SqlStatement> Statements { get; }

    /// <summary>The place in the file of a statement's first token.</summary>
    public SourcePosition PositionOf(SqlStatement statement) => resolved.PositionOf(statement.Offset);

    /// <summary>The place in the file that the server means.</summary>
    /// <param name="statement">The statement that failed.</param>
    /// <param name="serverPosition">PostgreSQL's position: characters (code points) from 1; 0 when it gives none.</param>
    public SourcePosition PositionOf(SqlStatement statement, int serverPosition)
        => resolved.PositionOf(statement.Offset + Utf16Offset(statement.Text, serverPosition - 1));

    /// <summary>Guarantee 3: every pending script is read and checked before the first runs.</summary>
    /// <exception cref="MigrateException">Something in them is wrong; lists all of it.</exception>
    public static IReadOnlyList<PreparedScript> PrepareAll(IReadOnlyList<Script> pending, IReadOnlyDictionary<string, string>? placeholders)
    {
        var problems = new List<Problem>();
        var prepared = new List<PreparedScript>(pending.Count);
        foreach (Script script in pending)
        {
            ResolvedText resolved = ResolvedText.Resolve(script, placeholders, problems);
            SplitResult split = StatementSplitter.Split(resolved.Text);
            problems.AddRange(ScriptRules.Check(script, resolved, split));
            prepared.Add(new PreparedScript(script, resolved, split.Statements));
        }

        return problems.Count == 0 ? prepared : throw new MigrateException(ExitCode.Usage, problems);
    }

    private static int Utf16Offset(string text, int codePoints)
    {
        int offset = 0;
        for (; codePoints > 0 && offset < text.Length; codePoints--)
        {
            offset += char.IsSurrogatePair(text, offset) ? 2 : 1;
        }

        return offset;
    }
}
