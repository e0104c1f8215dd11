using System.Security.Cryptography;
using System.Text;
using Migrator.Sql.Statements;

namespace Migrator.Scripts;

/// <summary>Reads the whole text of a script, with placeholders replaced.</summary>
internal static class ResolvedText
{
    /// <summary>Reads a script into memory. A placeholder without a value is not replaced.</summary>
    /// <param name="script">The script.</param>
    /// <param name="placeholders">The values of the placeholders; null leaves the script as it is.</param>
    public static string Read(Script script, PlaceholderValues? placeholders)
    {
        var all = new StringBuilder();
        using var text = new ScriptText(script, placeholders);
        while (text.TryRead(out TextPiece piece))
        {
            all.Append(piece.Text.Span);
        }

        return all.ToString();
    }

    /// <summary>Computes the MD5 checksum of the text that <see cref="Read"/> returns, piece by piece.</summary>
    public static string Checksum(Script script, PlaceholderValues? placeholders)
    {
#pragma warning disable CA5351 // Not for security: only detects whether the text was edited.
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
#pragma warning restore CA5351
        using var text = new ScriptText(script, placeholders);
        while (text.TryRead(out TextPiece piece))
        {
            hash.AppendData(Encoding.UTF8.GetBytes(piece.Text.ToArray()));
        }

        return Convert.ToHexString(hash.GetHashAndReset());
    }
}
