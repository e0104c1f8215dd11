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
    /// <exception cref="MigrateException">The script was changed since the run started (2).</exception>
    public static string Read(Script script, PlaceholderValues? placeholders)
    {
        var all = new StringBuilder();
        ForEachPiece(script, placeholders, piece => all.Append(piece.Span));
        return all.ToString();
    }

    /// <summary>Computes the MD5 checksum of the text that <see cref="Read"/> returns, piece by piece.</summary>
    /// <inheritdoc cref="Read"/>
    public static string Checksum(Script script, PlaceholderValues? placeholders)
    {
        using IncrementalHash hash = Md5.Start();
        ForEachPiece(script, placeholders, piece => hash.AppendData(Encoding.UTF8.GetBytes(piece.ToArray())));
        return Convert.ToHexString(hash.GetHashAndReset());
    }

    /// <summary>The checksum of a text that <see cref="Read"/> returned.</summary>
    public static string ChecksumOf(string text) => Convert.ToHexString(Md5.Hash(Encoding.UTF8.GetBytes(text)));

    private static void ForEachPiece(Script script, PlaceholderValues? placeholders, Action<ReadOnlyMemory<char>> action)
    {
        using var text = new ScriptText(script, placeholders);
        while (text.TryRead(out TextPiece piece))
        {
            action(piece.Text);
        }

        text.ThrowIfChanged();
    }
}
