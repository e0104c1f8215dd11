namespace Migrator.Sql.Statements;

/// <summary>The lines of data that follow a COPY … FROM STDIN in a script.</summary>
/// <param name="Text">The lines as they are, line ends included, without the line <c>\.</c> that ends them.</param>
/// <param name="Offset">Where they begin in the script (UTF-16).</param>
/// <param name="IsTerminated">Whether a line <c>\.</c> ended them; psql also takes the end of the file for it.</param>
internal sealed record SqlCopyData(ReadOnlyMemory<char> Text, int Offset, bool IsTerminated);
