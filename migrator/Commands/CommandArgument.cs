namespace Migrator.Commands;

/// <summary>The argument of a command, such as the version of <c>baseline</c>.</summary>
/// <param name="Name">The name in the help.</param>
/// <param name="Description">One sentence for the help.</param>
/// <param name="IsOptional">Whether the argument can be omitted.</param>
internal sealed record CommandArgument(string Name, string Description, bool IsOptional = false);
