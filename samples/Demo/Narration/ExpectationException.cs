namespace Migrator.Demo.Narration;

/// <summary>A step did not go as it should.</summary>
/// <param name="expected">What should have been, as the check mark's line would have said it.</param>
/// <param name="found">What was instead; may have several lines.</param>
internal sealed class ExpectationException(string expected, string found)
    : Exception($"expected: {expected}; found: {found}")
{
    public string Expected => expected;

    public string Found => found;
}
