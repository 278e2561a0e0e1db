using System.Runtime.InteropServices;
using Aurum.Testing;

namespace Aurum.Host.Tests.Commands;

/// <summary>Run alone: a signal reaches every command that other tests run in this process.</summary>
[CollectionDefinition(nameof(SignalTests), DisableParallelization = true)]
[Collection(nameof(SignalTests))]
public sealed class SignalTests : IDisposable
{
    private const int Interrupt = 2, Terminate = 15;

    private readonly CommandLine _line = new();

    /// <summary>A process in the background of a script is started with SIGINT ignored, and keeps to it.</summary>
    public static TheoryData<int> Signals => Processes.Ignores(Interrupt) ? [Terminate] : [Interrupt, Terminate];

    [Theory]
    [MemberData(nameof(Signals))]
    public async Task A_signal_stops_the_engine_and_is_no_failure(int signal)
    {
        _line.Engine.Goes = async stop =>
        {
            Assert.Equal(0, Kill(Environment.ProcessId, signal));
            await Task.Delay(TimeSpan.FromSeconds(60), stop);
            return 70;
        };

        Assert.Equal(new Answer(0, "", ""), await _line.RunAsync("demo"));
    }

    [Fact]
    public async Task An_engine_that_was_stopped_says_itself_how_it_ended()
    {
        _line.Engine.Goes = async stop =>
        {
            var stopped = new TaskCompletionSource<int>();
            await using var registration = stop.Register(() => stopped.SetResult(1));
            Assert.Equal(0, Kill(Environment.ProcessId, Terminate));
            return await stopped.Task.WaitAsync(TimeSpan.FromSeconds(60), CancellationToken.None);
        };

        Assert.Equal(1, (await _line.RunAsync("demo")).Code);
    }

    public void Dispose() => _line.Dispose();

    [DllImport("libc", EntryPoint = "kill")]
    private static extern int Kill(int process, int signal);
}
