namespace Migrator.Rehearsal.Expressions;

internal enum TokenKind
{
    Name,
    String,
    Number,
    Operator,
    End,
}
