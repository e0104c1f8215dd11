namespace Migrator.Tests.Support;

/// <summary>The time at which <see cref="Proxy"/> runs an action, relative to a message of the client.</summary>
public enum Moment
{
    /// <summary>Before the server receives the message.</summary>
    BeforeRequest,

    /// <summary>After the server received the message, while it runs the statement.</summary>
    AfterRequest,

    /// <summary>After the server replied, before the client receives the reply.</summary>
    BeforeReply,
}
