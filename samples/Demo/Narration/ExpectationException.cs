namespace Migrator.Demo.Narration;

/// <summary>A check of a step failed.</summary>
/// <param name="expected">The expected state, worded as in the line of a successful check.</param>
/// <param name="found">The state that was found; can have several lines.</param>
internal sealed class ExpectationException(string expected, string found)
    : Exception($"expected: {expected}; found: {found}")
{
    public string Expected => expected;

    public string Found => found;
}
