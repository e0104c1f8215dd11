using System.Security.Cryptography;
using System.Text;

namespace Migrator.Scripts;

/// <summary>From a script's bytes to its text and its checksum.</summary>
internal static class ScriptContent
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>
    /// Evolve's checksum: upper-case hex MD5 of the text as UTF-8, byte order mark dropped, CRLF read as LF.
    /// Databases that Evolve manages hold it, so its form is not ours to choose.
    /// </summary>
    public static string Checksum(byte[] content)
    {
        // The common script is UTF-8 with LF: no need to decode it to know its checksum.
        if (!content.AsSpan().Contains((byte)'\r') && !HasByteOrderMark(content) && Ascii.IsValid(content))
        {
            return Md5(content);
        }

        return Md5(Encoding.UTF8.GetBytes(Decode(content).Replace("\r\n", "\n", StringComparison.Ordinal)));
    }

    /// <summary>The text; a byte order mark decides the encoding, otherwise UTF-8 (what is invalid becomes U+FFFD).</summary>
    public static string Decode(byte[] content)
    {
        using var reader = new StreamReader(new MemoryStream(content), Encoding.UTF8, detectEncodingFromByteOrderMarks: true);
        return reader.ReadToEnd();
    }

    /// <summary>The offset of the first byte that is no UTF-8; null where the content is valid or has a byte order mark.</summary>
    public static int? FirstInvalidByte(byte[] content)
    {
        if (HasByteOrderMark(content) || Ascii.IsValid(content))
        {
            return null;
        }

        try
        {
            StrictUtf8.GetCharCount(content);
            return null;
        }
        catch (DecoderFallbackException e)
        {
            return e.Index;
        }
    }

    private static bool HasByteOrderMark(ReadOnlySpan<byte> content) => content switch
    {
        [0xEF, 0xBB, 0xBF, ..] or [0xFE, 0xFF, ..] or [0xFF, 0xFE, ..] => true,
        _ => false,
    };

#pragma warning disable CA5351 // Not for security: the checksum has to be the one that Evolve writes.
    private static string Md5(byte[] content) => Convert.ToHexString(MD5.HashData(content));
#pragma warning restore CA5351
}
