namespace Aurum.Host.Commands;

/// <summary>A command cannot do what it was asked; the message is one line for people.</summary>
internal class CommandException(int exitCode, string message) : Exception(message)
{
    public int ExitCode { get; } = exitCode;
}
