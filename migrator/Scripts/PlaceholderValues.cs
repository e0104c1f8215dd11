using System.Diagnostics.CodeAnalysis;

namespace Migrator.Scripts;

/// <summary>The values of <c>${name}</c> in scripts.</summary>
internal abstract class PlaceholderValues
{
    /// <summary>Leaves scripts as they are (<c>--no-placeholders</c>).</summary>
    public static PlaceholderValues? Off => null;

    /// <summary>The given values. Names are compared without regard to case, if <paramref name="values"/> does.</summary>
    /// <param name="values">By name; null leaves scripts as they are.</param>
    public static PlaceholderValues? Of(IReadOnlyDictionary<string, string>? values) => values is null ? Off : new Given(values);

    /// <summary>The given values; a placeholder without one stands for a name like its own. For <c>lint</c>, which often runs where the values are not known.</summary>
    /// <param name="values">By name; null leaves scripts as they are.</param>
    public static PlaceholderValues? OrOwnName(IReadOnlyDictionary<string, string>? values) => values is null ? Off : new GivenOrOwnName(values);

    /// <summary>Finds a value.</summary>
    /// <param name="name">The placeholder's name, without <c>${}</c>.</param>
    /// <param name="value">Its value.</param>
    public abstract bool TryGet(string name, [NotNullWhen(true)] out string? value);

    private sealed class Given(IReadOnlyDictionary<string, string> values) : PlaceholderValues
    {
        public override bool TryGet(string name, [NotNullWhen(true)] out string? value) => values.TryGetValue(name, out value);
    }

    private sealed class GivenOrOwnName(IReadOnlyDictionary<string, string> values) : PlaceholderValues
    {
        public override bool TryGet(string name, [NotNullWhen(true)] out string? value)
        {
            value = values.TryGetValue(name, out string? given) ? given : name.Replace('-', '_').Replace('.', '_');
            return true;
        }
    }
}
