using System.Text;
using Migrator.Scripts;
using Migrator.Sql.Statements;

namespace Migrator.History.Flyway;

/// <summary>
/// Computes Flyway's checksum: CRC-32 over the UTF-8 bytes of each line without its line ending, as a signed number
/// (ChecksumCalculator in Flyway's source).
/// </summary>
internal static class FlywayChecksum
{
    private const uint Polynomial = 0xEDB88320;

    private static readonly uint[] Table = [.. Enumerable.Range(0, 256).Select(Entry)];

    /// <summary>Computes the checksum of a script.</summary>
    /// <exception cref="MigrateException">The script was changed since the run started (2).</exception>
    public static int Of(Script script)
    {
        using var text = new ScriptText(script, placeholders: null);
        int checksum = Of(text);
        text.ThrowIfChanged();
        return checksum;
    }

    /// <summary>Computes the checksum of a text.</summary>
    public static int Of(ITextSource text)
    {
        uint crc = uint.MaxValue;
        while (text.TryRead(out TextPiece piece))
        {
            foreach (byte b in Encoding.UTF8.GetBytes(piece.Text.ToArray()))
            {
                crc = b is (byte)'\r' or (byte)'\n' ? crc : Table[(byte)(crc ^ b)] ^ (crc >> 8);
            }
        }

        return (int)~crc;
    }

    private static uint Entry(int index)
    {
        uint value = (uint)index;
        for (int bit = 0; bit < 8; bit++)
        {
            value = (value & 1) == 0 ? value >> 1 : (value >> 1) ^ Polynomial;
        }

        return value;
    }
}
