using System.Text.Json;
using System.Text.Json.Nodes;
using Migrator.Configuration;
using Migrator.Execution.LockReport;
using Migrator.Reporting;
using Xunit;

namespace Migrator.Tests.Reporting;

/// <summary>A program that reads the JSON document can rely on its words, numbers, script names and checksums, whatever the secrets are.</summary>
public sealed class JsonMaskingTests
{
    private const string Checksum = "2BDF1665F56C0CE5B966D9C60A7F7EAC";
    private const string Time = "2026-01-31T10:20:30.123456";

    // Every field that has a fixed meaning has a value; other fields are empty.
    private static readonly JsonAnswer Answer = new()
    {
        Command = "up",
        ExitCode = 1,
        Outcome = "lock-wait-timed-out",
        HistoryTable = "public.changelog",
        Version = "2024.01.31.1200",
        Applied = [new JsonApplied("V1__a.sql", "1", 12, [new JsonObserved("", 1, 2, "ACCESS EXCLUSIVE", "reads and writes", 12, true, 8192, 1, true, ["table-rewrite"])])],
        Undone = [new JsonUndone("U1__a.sql", "1", 12)],
        UndoPlan = [new JsonUndo("20240131120000", "U20240131120000__a-b.sql", true, false)],
        Scripts =
        [
            .. new[] { "applied", "pending", "changed", "repeats-always", "checksum-mismatch", "missing", "ahead", "out-of-order", "baseline", "above-target", "other-phase" }
                .Select(s => new JsonScript("V2__b.sql", "2", "contract", s, Checksum, Time, null)),
        ],
        Pending = ["V3__orders 2.sql", "R__v.sql"],
        Problems = [new JsonProblem("sql-error", "", "V2__b.sql", 1, 2, "23505", null, null, null, null)],
        Warnings = [new JsonProblem("client-encoding", "", "V2__b.sql", 1, 2, null, null, null, null, null)],
        Repaired = ["V1__a.sql"],
        Sql = [new JsonSql("V2__b.sql", "")],
        History = [new JsonAudit(Time, "down", "U1__a.sql", "1", Checksum, "undone", 12, "40P01", null, "", null, null, null, null)],
        Findings = [new JsonFinding("statement-after-exclusive-lock", "warning", "", "V2__b.sql", 1, 2, null, "", "", "", null, null)],
        Milliseconds = 12,
    };

    public static TheoryData<string> Secrets =>
    [
        "1", "2", "12", "done", "applied", "pending", "up", "down", "V1", "sql", "a.sql", "a-b.sql", "V1__a.sql", "V2__b.sql", "V3__orders 2.sql", "orders 2",
        "U20240131120000__a-b.sql", "20240131120000", "2024.01.31.1200", "public.changelog", "2BDF", "2BDF1665", Checksum, "2026-01-31", Time, "10:20:30", "23505", "40P01",
        "lock-wait-timed-out", "checksum-mismatch", "statement-after-exclusive-lock", "sql-error", "client-encoding", "ACCESS EXCLUSIVE", "reads and writes", "true", "null", "script",
    ];

    [Theory(Timeout = 10_000)]
    [MemberData(nameof(Secrets))]
    public void No_secret_changes_a_field_with_a_fixed_meaning(string secret)
    {
        var redactor = new Redactor();
        redactor.Hide(secret);
        redactor.HideWord(secret);

        Assert.Equal(Write(Answer, new Redactor()), Write(Answer, redactor));
    }

    [Fact(Timeout = 10_000)]
    public void Every_secret_is_masked_in_the_message_of_a_problem()
    {
        foreach (var secret in Secrets.Select(s => s.Data).Where(s => !s.All(char.IsAsciiDigit)))
        {
            var redactor = new Redactor();
            redactor.Hide(secret);
            var answer = new JsonAnswer { Problems = [new JsonProblem("sql-error", $"the value {ForeignText.Of(secret)}", null, null, null, null, null, null, null, null)] };

            Assert.Equal("the value ***", JsonNode.Parse(Write(answer, redactor))!["problems"]![0]!["message"]!.GetValue<string>());
        }
    }

    private static string Write(JsonAnswer answer, Redactor redactor)
        => JsonSerializer.Serialize(answer, new JsonModel(new JsonSerializerOptions(JsonModel.Default.Options) { Converters = { new RedactingConverter(redactor) } }).JsonAnswer);
}
