namespace Migrator.Rehearsal.Expressions;

/// <summary>Why an expression has no value.</summary>
public sealed class ExpressionException(string message) : Exception(message);
