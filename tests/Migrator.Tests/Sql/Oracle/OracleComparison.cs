using Migrator.Sql.Changes;

namespace Migrator.Tests.Sql.Oracle;

/// <summary>A statement that the reader of <c>migrator/Sql</c> and PostgreSQL's parser read differently.</summary>
internal sealed record OracleDifference(string Statement, string Kind, IReadOnlyList<string> Expected, IReadOnlyList<string> Actual)
{
    public override string ToString() => $"{Kind}: {Statement}\n    PostgreSQL: {Only(Expected, Actual)}\n    Migrator:   {Only(Actual, Expected)}";

    private static string Only(IReadOnlyList<string> these, IReadOnlyList<string> others)
        => string.Join("\n                ", these.Where(line => !others.Contains(line)).DefaultIfEmpty("(nothing else)"));
}

/// <summary>The result of a comparison.</summary>
/// <param name="Differences">The differences that are not accepted.</param>
/// <param name="Accepted">The number of accepted differences, by their reason.</param>
/// <param name="Invalid">The statements that PostgreSQL's parser refuses.</param>
/// <param name="Kinds">The number of statements by the node of the statement, and by the kind of a change, such as a subcommand of ALTER TABLE.</param>
internal sealed record OracleComparison(
    IReadOnlyList<OracleDifference> Differences,
    IReadOnlyDictionary<string, int> Accepted,
    IReadOnlyList<(string Statement, string Error)> Invalid,
    IReadOnlyDictionary<string, int> Kinds)
{
    /// <summary>Reads statements in both ways. Statements that PostgreSQL's parser refuses are not compared.</summary>
    public static async Task<OracleComparison> RunAsync(int major, IReadOnlyList<string> statements, CancellationToken cancellation)
    {
        List<IReadOnlyList<SchemaChange>> read = [.. statements.Select(StatementChanges.Of)];
        string[] types = [.. read.SelectMany(r => r.SelectMany(ChangeLine.TypesOf)).Distinct()];
        string[] expressions = [.. read.SelectMany(r => r.SelectMany(ChangeLine.ExpressionsOf)).Distinct()];
        IReadOnlyList<OracleAnswer> answers = await PostgresParser.AnswerAsync(
            major,
            [.. statements.Select(s => new OracleRequest(Sql: s)), .. types.Select(t => new OracleRequest(Type: t)), .. expressions.Select(e => new OracleRequest(Expression: e))],
            cancellation);
        Dictionary<string, string> typeTrees = Trees(types, answers.Skip(statements.Count));
        Dictionary<string, string> expressionTrees = Trees(expressions, answers.Skip(statements.Count + types.Length));

        List<OracleDifference> differences = [];
        Dictionary<string, int> accepted = [];
        List<(string, string)> invalid = [];
        Dictionary<string, int> kinds = [];
        for (int i = 0; i < statements.Count; i++)
        {
            OracleAnswer answer = answers[i];
            if (answer.Error is { } error)
            {
                invalid.Add((statements[i], error));
                continue;
            }

            // A fact about a statement has its own line, as a change has.
            IReadOnlyList<string> expected = [$"{answer.Count} statement", .. StatementReading.Of(answer), .. ExpectedChanges.Of(answer)];
            IReadOnlyList<string> actual =
            [
                "1 statement",
                .. StatementReading.Of(statements[i], answer),
                .. read[i].Where(c => IsCompared(c, answer)).Select(c => ChangeLine.Of(c, t => typeTrees[t], e => expressionTrees[e])),
            ];
            foreach (string kind in answer.Changes.Select(c => c.Kind).Prepend(answer.Kind.Split(' ')[0]).Distinct())
            {
                kinds[kind] = kinds.GetValueOrDefault(kind) + 1;
            }

            if (expected.SequenceEqual(actual))
            {
                continue;
            }

            OracleDifference difference = new(statements[i], answer.Kind, expected, actual);
            if (AcceptedDifferences.ReasonFor(difference) is { } reason)
            {
                accepted[reason] = accepted.GetValueOrDefault(reason) + 1;
            }
            else
            {
                differences.Add(difference);
            }
        }

        return new OracleComparison(differences, accepted, invalid, kinds) { Compared = statements.Count - invalid.Count };
    }

    /// <summary>The number of statements that were compared.</summary>
    public int Compared { get; private init; }

    // Calls of set_config are not visible to the parser: they are expressions, or code in a string.
    private static bool IsCompared(SchemaChange change, OracleAnswer answer)
        => change.Kind != ChangeKind.Revoke
            && (change.Kind != ChangeKind.Other || change.Lock != TableLock.None)
            && (change.Kind is not (ChangeKind.SetLockTimeout or ChangeKind.SetSearchPath) || answer.Kind.Split(' ')[0] is "VariableSetStmt" or "DiscardStmt");

    private static Dictionary<string, string> Trees(string[] texts, IEnumerable<OracleAnswer> answers)
        => texts.Zip(answers).ToDictionary(p => p.First, p => p.Second.Tree ?? $"'{p.First}' is invalid: {p.Second.Error}");
}
