namespace Migrator.Tests.Language;

/// <summary>A file that may contain a refused phrase.</summary>
/// <param name="Path">The file's path in the repository.</param>
/// <param name="Phrase">The phrase as the list of refused phrases has it, or <c>*</c> for all phrases.</param>
/// <param name="Reason">Why the file needs the phrase.</param>
internal sealed record AllowedPhrase(string Path, string Phrase, string Reason);
