using System.Diagnostics.CodeAnalysis;

namespace Migrator.Scripts;

/// <summary>The values of placeholders, <c>${name}</c>, in scripts.</summary>
internal abstract class PlaceholderValues
{
    /// <summary>No placeholders: scripts are not changed (<c>--no-placeholders</c>).</summary>
    public static PlaceholderValues? Off => null;

    /// <summary>The given values. Names are case-insensitive if the comparer of <paramref name="values"/> is.</summary>
    /// <param name="values">The values by name; null for <see cref="Off"/>.</param>
    public static PlaceholderValues? Of(IReadOnlyDictionary<string, string>? values) => values is null ? Off : new Given(values);

    /// <summary>The given values. A placeholder without a value is replaced by its own name. For <c>lint</c>, which often runs where the values are not known.</summary>
    /// <param name="values">The values by name; null for <see cref="Off"/>.</param>
    public static PlaceholderValues? WithNameAsDefault(IReadOnlyDictionary<string, string>? values) => values is null ? Off : new GivenOrName(values);

    /// <summary>Gets the value of a placeholder.</summary>
    /// <param name="name">The placeholder's name, without <c>${}</c>.</param>
    /// <param name="value">The value; null if there is none.</param>
    public abstract bool TryGet(string name, [NotNullWhen(true)] out string? value);

    private sealed class Given(IReadOnlyDictionary<string, string> values) : PlaceholderValues
    {
        public override bool TryGet(string name, [NotNullWhen(true)] out string? value) => values.TryGetValue(name, out value);
    }

    private sealed class GivenOrName(IReadOnlyDictionary<string, string> values) : PlaceholderValues
    {
        public override bool TryGet(string name, [NotNullWhen(true)] out string? value)
        {
            value = values.TryGetValue(name, out string? given) ? given : name.Replace('-', '_').Replace('.', '_');
            return true;
        }
    }
}
