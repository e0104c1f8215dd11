using System.Text.Json.Nodes;
using Migrator.LocalCluster.Schema;
using Migrator.LocalCluster.Storage;

namespace Migrator.LocalCluster.Patching;

/// <summary>Compares two states of an object field by field.</summary>
internal static class FieldChanges
{
    /// <summary>
    /// Returns the fields of <paramref name="fields"/>, which <paramref name="after"/> contains, whose values have
    /// changed.
    /// </summary>
    public static FieldSet Changed(FieldSet fields, JsonNode? before, JsonNode? after, FieldType type)
    {
        var changed = new FieldSet();
        foreach (var (name, child) in fields.Children)
        {
            var childType = Parts.TypeOf(name, type);
            var old = Parts.Find(before, name, type);
            var value = Parts.Find(after, name, type);
            var below = child.Children.Count == 0
                ? new FieldSet { IsMember = !Json.Same(old, value) }
                : Changed(child, old, value, childType);
            below.IsMember |= child.IsMember && !Parts.Contains(before, name, type);
            if (!below.IsEmpty)
            {
                changed.Ensure(name).Add(below);
            }
        }

        return changed;
    }

    /// <summary>Returns the fields where the applied configuration differs from another manager's value.</summary>
    public static IEnumerable<string> Conflicts(
        FieldSet theirs, FieldSet applied, JsonNode? live, JsonNode? config, FieldType type, string path = "")
    {
        foreach (var (name, mine) in applied.Children)
        {
            if (theirs.Find(name) is not { } other)
            {
                continue;
            }

            var place = path + Parts.Print(name);
            var now = Parts.Find(live, name, type);
            var then = Parts.Find(config, name, type);
            if (mine.Children.Count == 0 || other.Children.Count == 0)
            {
                if (mine.IsMember && other.IsMember && mine.Children.Count == 0 && !Json.Same(now, then))
                {
                    yield return place;
                }

                continue;
            }

            foreach (var conflict in Conflicts(other, mine, now, then, Parts.TypeOf(name, type), place))
            {
                yield return conflict;
            }
        }
    }
}
