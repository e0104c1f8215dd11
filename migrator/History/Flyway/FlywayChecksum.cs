using System.Text;

namespace Migrator.History.Flyway;

/// <summary>
/// Flyway's checksum: CRC-32 over the UTF-8 bytes of each line, line ends left out, read as a signed number
/// (ChecksumCalculator in Flyway's source).
/// </summary>
internal static class FlywayChecksum
{
    private const uint Polynomial = 0xEDB88320;

    private static readonly uint[] Table = [.. Enumerable.Range(0, 256).Select(Entry)];

    public static int Of(string text)
    {
        uint crc = uint.MaxValue;
        foreach (byte b in Encoding.UTF8.GetBytes(text.Replace("\r", "", StringComparison.Ordinal).Replace("\n", "", StringComparison.Ordinal)))
        {
            crc = Table[(byte)(crc ^ b)] ^ (crc >> 8);
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
