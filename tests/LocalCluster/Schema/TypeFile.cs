namespace Migrator.LocalCluster.Schema;

/// <summary>A line of a type file: the header of a type, or one of its fields.</summary>
/// <param name="Type">The type that the line belongs to.</param>
/// <param name="Field">The field's text; null for the header.</param>
internal sealed record TypeLine(ObjectType Type, string? Field);

/// <summary>
/// Parses a type file. It contains <c>package NAME</c>, then for each type a header (<c>Name [kind] [atomic]</c>) and
/// indented fields (see <see cref="FieldLine"/>). Lines that start with <c>#</c> are comments.
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
