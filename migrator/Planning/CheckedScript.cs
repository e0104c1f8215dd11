using Migrator.Scripts;
using Migrator.Sql.Statements;

namespace Migrator.Planning;

/// <summary>A pending script, read, resolved, split and checked: nothing about it can fail any more but its SQL.</summary>
internal sealed class CheckedScript
{
    private readonly ResolvedText _resolved;
    private IReadOnlyList<ScriptStep>? _steps;

    private CheckedScript(Script script, ResolvedText resolved, IReadOnlyList<SqlStatement> statements)
    {
        Script = script;
        _resolved = resolved;
        Statements = statements;
    }

    public Script Script { get; }

    public IReadOnlyList<SqlStatement> Statements { get; }

    /// <summary>What is sent, placeholders resolved.</summary>
    public string Text => _resolved.Text;

    /// <summary>What it is resumed by, when it runs outside a transaction.</summary>
    public IReadOnlyList<ScriptStep> Steps => _steps ??= ScriptSteps.Of(Statements);

    /// <summary>The place in the file of a statement's first token.</summary>
    public SourcePosition PositionOf(SqlStatement statement) => PositionOf(statement.Offset);

    /// <summary>The place in the file of an offset in <see cref="Text"/>.</summary>
    public SourcePosition PositionOf(int offset) => _resolved.PositionOf(offset);

    /// <summary>The place in the file that the server means.</summary>
    /// <param name="statement">The statement that failed.</param>
    /// <param name="serverPosition">PostgreSQL's position: characters (code points) from 1; 0 when it gives none.</param>
    public SourcePosition PositionOf(SqlStatement statement, int serverPosition)
        => _resolved.PositionOf(statement.Offset + Utf16Offset(statement.Text, serverPosition - 1));

    /// <summary>Guarantee 3: every pending script is read and checked before the first runs.</summary>
    /// <param name="pending">The scripts.</param>
    /// <param name="placeholders">Values for <c>${name}</c>; null leaves scripts alone.</param>
    /// <param name="problems">Takes everything that is wrong in them.</param>
    public static IReadOnlyList<CheckedScript> PrepareAll(
        IReadOnlyList<Script> pending, IReadOnlyDictionary<string, string>? placeholders, List<Problem> problems)
    {
        var prepared = new List<CheckedScript>(pending.Count);
        foreach (Script script in pending)
        {
            if (script.FirstInvalidByte is { } invalid)
            {
                problems.Add(new Problem("encoding", "the script is not valid UTF-8")
                {
                    Script = script.FileName,
                    Position = SourcePosition.FromOffset(script.Text, script.TextOffset(invalid)),
                    Advice = "Save it as UTF-8.",
                });
            }

            ResolvedText resolved = ResolvedText.Resolve(script, placeholders, problems);
            SplitResult split = StatementSplitter.Split(resolved.Text);
            problems.AddRange(ScriptRules.Check(script, resolved, split));
            prepared.Add(new CheckedScript(script, resolved, split.Statements));
        }

        return prepared;
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
