namespace Migrator.Rehearsal.Expressions;

/// <summary>An expression could not be parsed or evaluated.</summary>
public sealed class ExpressionException(string message) : Exception(message);
