using Migrator.Planning;
using Migrator.Sql.Changes;
using Migrator.Sql.Statements;

namespace Migrator.Linting;

/// <summary>Looks at scripts, in the order in which they run, for what would hurt an application that is running. Needs no database.</summary>
internal sealed class Linter(bool hasLockTimeout)
{
    private readonly LintSchema _schema = new();

    /// <summary>The findings, in order of script and place.</summary>
    /// <param name="before">Scripts that ran before: what they created is in use.</param>
    /// <param name="scripts">The scripts to look at: what they create is not in use yet.</param>
    public IReadOnlyList<Finding> Lint(IReadOnlyList<CheckedScript> before, IReadOnlyList<CheckedScript> scripts)
    {
        foreach (SchemaChange change in before.SelectMany(s => s.Statements).SelectMany(s => StatementChanges.Of(s.Text)))
        {
            _schema.Note(change, isLinted: false);
        }

        return [.. scripts.SelectMany(Lint)];
    }

    private List<Finding> Lint(CheckedScript script)
    {
        IReadOnlyList<Suppression> suppressions = Suppression.In(script.Text, script.Statements);
        var used = new HashSet<(Suppression, string)>();
        var findings = new List<Finding>();
        bool isLimited = hasLockTimeout;
        foreach ((LintTransaction transaction, SqlStatement statement) in Transactions(script))
        {
            IReadOnlyList<SchemaChange> changes = StatementChanges.Of(statement.Text);
            isLimited = changes.LastOrDefault(c => c.Kind == ChangeKind.SetLockTimeout) is { } set ? !LockTimeoutReader.IsOff(set.Expression) : isLimited;
            var linted = new LintedStatement(statement, changes, transaction, _schema, isLimited);
            foreach (RuleHit hit in LintRules.Finders.SelectMany(f => f(linted)))
            {
                Suppression? allowed = suppressions.FirstOrDefault(s => s.Statement == statement && s.Rules.Contains(hit.Rule.Id));
                if (allowed is not null)
                {
                    used.Add((allowed, hit.Rule.Id));
                }

                findings.Add(Of(script, statement, hit) with { AllowedBecause = allowed?.Reason });
            }

            foreach (SchemaChange change in changes)
            {
                if (linted.IsInUse(change))
                {
                    transaction.Note(change);
                }

                _schema.Note(change, isLinted: true);
            }
        }

        findings.AddRange(suppressions.SelectMany(s => OfSuppression(script, s, used)));
        return [.. findings.OrderBy(f => f.Position.Line).ThenBy(f => f.Position.Column)];
    }

    // Each statement with the transaction that it runs in: the script's, that of a BEGIN … COMMIT, or none.
    private static IEnumerable<(LintTransaction Transaction, SqlStatement Statement)> Transactions(CheckedScript script)
    {
        if (!script.Script.IsTransactionOff)
        {
            var whole = new LintTransaction(isOne: true);
            return script.Statements.Select(s => (whole, s));
        }

        return script.Steps.SelectMany(step =>
        {
            var own = new LintTransaction(isOne: step.Kind == StepKind.Block);
            return step.Statements.Select(s => (own, s));
        });
    }

    private Finding Of(CheckedScript script, SqlStatement statement, RuleHit hit) => new(
        hit.Rule,
        hit.Severity ?? hit.Rule.Severity,
        hit.Message,
        script.Script,
        script.PositionOf(statement.Offset + (hit.Change?.Offset ?? 0)))
    {
        Table = hit.Change?.Table ?? _schema.New.TableOf(hit.Change?.Name),
        Index = hit.Change is { Table: null } ? hit.Change.Name : null,
        Column = hit.Change?.Column,
        Statement = script.PositionOf(statement),
    };

    private static IEnumerable<Finding> OfSuppression(CheckedScript script, Suppression suppression, HashSet<(Suppression, string)> used)
    {
        Finding Found(LintRule rule, string message) => new(rule, rule.Severity, message, script.Script, script.PositionOf(suppression.Offset));

        if (suppression.Reason is null)
        {
            yield return Found(Suppression.WithoutReason, "it does not say why: nothing is allowed by it");
        }

        if (suppression.Rules.Count == 0)
        {
            yield return Found(Suppression.Unused, "it names no rule");
        }

        foreach (string rule in suppression.Rules.Where(r => !used.Contains((suppression, r))))
        {
            yield return Found(Suppression.Unused, LintRules.All.Any(r => r.Id == rule)
                ? $"{rule} is allowed, but {(suppression.Statement is null ? "no statement follows" : "the statement does not break it")}"
                : $"there is no rule '{rule}'");
        }
    }
}
