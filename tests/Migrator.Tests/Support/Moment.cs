namespace Migrator.Tests.Support;

/// <summary>When, around one message of the client, something happens to it.</summary>
public enum Moment
{
    /// <summary>The server never gets the message.</summary>
    BeforeRequest,

    /// <summary>The server has it, and is at work.</summary>
    AfterRequest,

    /// <summary>The server has answered, and the client does not know it.</summary>
    BeforeReply,
}
