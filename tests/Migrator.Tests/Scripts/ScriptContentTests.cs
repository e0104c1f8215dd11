using System.Text;
using EvolveDb;
using EvolveDb.Dialect;
using EvolveDb.Migration;
using Migrator.Scripts;
using Migrator.Tests.Support;
using Xunit;

namespace Migrator.Tests.Scripts;

/// <summary>The checksum is the same as Evolve's, so a database can be migrated with either tool.</summary>
public sealed class ScriptContentTests(SharedServer server) : IClassFixture<Prepared>
{
    [Fact(Timeout = 10_000)]
    public void The_checksum_is_the_MD5_of_the_text_in_upper_case()
        // printf 'SELECT 1;\n' | md5sum
        => Assert.Equal("2BDF1665F56C0CE5B966D9C60A7F7EAC", Checksum("SELECT 1;\n"));

    [Theory(Timeout = 10_000)]
    [InlineData("a\nb\n", "a\r\nb\r\n")]
    [InlineData("é\nb", "é\r\nb")]
    public void Windows_line_breaks_do_not_change_the_checksum(string first, string second)
        => Assert.Equal(Checksum(first), Checksum(second));

    [Theory(Timeout = 10_000)]
    [InlineData("a\n", "a")]
    [InlineData("a\n", "a\n\n")]
    [InlineData("a", "a ")]
    [InlineData("a\nb", "a\rb")]
    [InlineData("", "\n")]
    public void Any_other_difference_changes_the_checksum(string first, string second)
        => Assert.NotEqual(Checksum(first), Checksum(second));

    [Fact(Timeout = 10_000)]
    public void The_byte_order_mark_and_its_encoding_do_not_change_the_checksum()
    {
        const string Text = "SELECT 'é €';\n";
        Encoding[] encodings = [Encoding.UTF8, Encoding.Unicode, Encoding.BigEndianUnicode];

        Assert.All(encodings, encoding =>
        {
            byte[] content = [.. encoding.GetPreamble(), .. encoding.GetBytes(Text)];
            Assert.Equal(Text, ResolvedText.Read(Script(content), placeholders: null));
            Assert.Equal(Checksum(Text), Script(content).Checksum);
        });
    }

    [Fact(Timeout = 60_000)]
    public async Task Evolve_computes_the_same_checksum_for_any_content()
    {
        using var folder = new ScriptFolder();
        byte[][] contents = [.. Contents()];
        for (var i = 0; i < contents.Length; i++)
        {
            folder.Write($"V{i + 1}__x.sql", contents[i]);
        }

        await using var connection = await (await server.CreateDatabaseAsync()).ConnectAsync();
        var evolve = new Evolve(connection, dbms: DBMS.PostgreSQL) { Locations = [folder.Path] };
        var evolves = new FileMigrationLoader(evolve).GetMigrations().Select(s => s.CalculateChecksum());

        Assert.Equal(evolves, contents.Select(c => Script(c).Checksum));
        Assert.Equal(evolves, contents.Select(ChecksumOfText));
    }

    [Theory(Timeout = 10_000)]
    [InlineData("\n-- evolve-tx-off", false)]
    [InlineData("-- evolve-tx-off\n", true)]
    [InlineData("/* EVOLVE-TX-OFF */ SELECT 1;", true)]
    [InlineData("evolve-tx-of", false)]
    [InlineData("-- evolve-tx-\noff", false)]
    [InlineData("evolve-evolve-tx-off", true)]
    [InlineData("", false)]
    public void Options_are_read_from_the_first_line_only(string text, bool isTransactionOff)
        => Assert.Equal(isTransactionOff, Script(Encoding.UTF8.GetBytes(text)).IsTransactionOff);

    [Fact(Timeout = 30_000)]
    public void An_option_is_found_anywhere_in_a_long_first_line()
    {
        for (var length = Utf8Source.PieceSize - 20; length < Utf8Source.PieceSize + 5; length++)
        {
            var text = $"{new string(' ', length)}evolve-tx-off{new string(' ', Utf8Source.PieceSize)}\n";

            Assert.True(Script(Encoding.UTF8.GetBytes(text)).IsTransactionOff, $"{length}");
        }
    }

    [Fact(Timeout = 30_000)]
    public void The_end_of_a_piece_does_not_change_the_checksum_of_a_long_script()
    {
        foreach (var piece in new[] { "\r\n", "\r", "é", "€", "😀" })
        {
            for (var length = Utf8Source.PieceSize - 5; length <= Utf8Source.PieceSize; length++)
            {
                var text = $"{new string('a', length)}{piece}b{piece}";
                var expected = Checksum(text.Replace("\r\n", "\n", StringComparison.Ordinal));
                var content = Encoding.UTF8.GetBytes(text);

                Assert.Equal(expected, Script(content).Checksum);
                Assert.Equal(expected, ChecksumOfText(content));
                Assert.Equal(text, ResolvedText.Read(Script(content), placeholders: null));
            }
        }
    }

    [Theory(Timeout = 10_000)]
    [InlineData(new byte[] { 0x61, 0x0A, 0x62, 0xE9, 0x63 }, "2:2")]
    [InlineData(new byte[] { 0xC3 }, "1:1")]
    [InlineData(new byte[] { 0xEF, 0xBB, 0xBF, 0x61, 0x0A, 0x62, 0xE9, 0x63 }, "2:2")]
    [InlineData(new byte[] { 0xEF, 0xBB, 0xBF, 0xC3, 0xA9, 0x92 }, "1:2")]
    [InlineData(new byte[] { 0xEF, 0xBB, 0xBF, 0xC3 }, "1:1")]
    [InlineData(new byte[] { 0xEF, 0xBB, 0xBF, 0xC3, 0xA9 }, null)]
    [InlineData(new byte[] { 0xC3, 0xA9 }, null)]
    [InlineData(new byte[] { 0xFF, 0xFE, 0xE9, 0x00 }, null)]
    public void The_first_invalid_UTF8_byte_is_reported_with_its_position(byte[] content, string? position)
    {
        using var text = new ScriptText(Script(content), placeholders: null);
        text.Checksum();

        Assert.Equal(position, text.Problems.SingleOrDefault()?.Position?.ToString());
    }

    private static IEnumerable<byte[]> Contents()
    {
        // The seed is fixed, so a failure can be repeated.
        var random = new Random(42);
        string[] pieces = ["SELECT 1;", "é", "€", "😀", "\r\n", "\n", "\r", " ", "\t", "\uFEFF", "--", "'"];
        Encoding[] encodings =
        [
            new UTF8Encoding(false), new UTF8Encoding(true), new UnicodeEncoding(false, true), new UnicodeEncoding(true, true),
        ];
        for (var i = 0; i < 300; i++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(12)).Select(_ => pieces[random.Next(pieces.Length)]));
            var encoding = encodings[i % encodings.Length];
            yield return [.. encoding.GetPreamble(), .. encoding.GetBytes(text)];
        }

        // Latin-1 and other bytes that are not valid UTF-8, and an incomplete byte order mark.
        yield return [0x61, 0xE9, 0x62];
        yield return [0xC3];
        yield return [0xEF, 0xBB];
        yield return [0xEF, 0xBB, 0xBF];
    }

    private static string Checksum(string text) => Script(Encoding.UTF8.GetBytes(text)).Checksum;

    // Computes the checksum in the same way as when the script runs.
    private static string ChecksumOfText(byte[] content)
    {
        using var text = new ScriptText(Script(content), placeholders: null);
        return text.Checksum();
    }

    private static Script Script(byte[] content)
    {
        Assert.True(ScriptName.TryParse("V1__x.sql", out var name, out _));
        return Migrator.Scripts.Script.FromContent(name, "/V1__x.sql", content);
    }
}
