namespace Migrator.LocalCluster.Schema;

/// <summary>A line of a type file: the head of a type, or one of its fields.</summary>
/// <param name="Type">The type that the line belongs to.</param>
/// <param name="Field">The field's text, or null for the head.</param>
internal sealed record TypeLine(ObjectType Type, string? Field);

/// <summary>
/// Reads a type file: <c>package NAME</c>, then per type a head (<c>Name [kind] [atomic]</c>) and its fields, indented
/// (see <see cref="FieldLine"/>). <c>#</c> begins a comment line.
/// </summary>
internal static class TypeFile
{
    public static IEnumerable<TypeLine> Read(string text)
    {
        var package = "";
        ObjectType? type = null;
        foreach (var line in text.Split('\n'))
        {
            var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            if (words.Length == 0 || words[0].StartsWith('#'))
            {
                continue;
            }

            if (words[0] == "package")
            {
                package = words[1];
            }
            else if (char.IsWhiteSpace(line[0]))
            {
                yield return new TypeLine(type!, line.Trim());
            }
            else
            {
                type = new ObjectType(words[0], package, words.Contains("kind"), words.Contains("atomic"));
                yield return new TypeLine(type, null);
            }
        }
    }
}
