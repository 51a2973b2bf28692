using EasyQuant.Kernels.Threading;
using Xunit;

namespace EasyQuant.Kernels.Tests.Threading;

public sealed class WorkerPoolTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void EveryIndex_RunsOnce_ForEveryCount(int threads)
    {
        using WorkerPool pool = new(threads);
        for (int repeat = 0; repeat < 20; repeat++)
        {
            for (int count = 0; count <= 40; count++)
            {
                int[] runs = new int[count];
                pool.For(count, i => Interlocked.Increment(ref runs[i]));
                Assert.All(runs, r => Assert.Equal(1, r));
            }
        }
    }

    [Fact]
    public void WhatABodyWrites_IsSeenAfterTheLoop()
    {
        using WorkerPool pool = new(3);
        long[] values = new long[1000];
        for (int round = 1; round <= 300; round++)
        {
            pool.For(values.Length, i => values[i] += i);
            Assert.Equal(round * 999L * 1000 / 2, values.Sum());
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void WhatABodyThrows_ReachesTheCaller_AndThePoolGoesOn(int threads)
    {
        using WorkerPool pool = new(threads);
        for (int failing = 0; failing < 50; failing++)
        {
            FormatException error = Assert.Throws<FormatException>(() => pool.For(50, i =>
            {
                if (i == failing)
                {
                    throw new FormatException($"index {i}");
                }
            }));
            Assert.Equal($"index {failing}", error.Message);

            int sum = 0;
            pool.For(100, i => Interlocked.Add(ref sum, i));
            Assert.Equal(4950, sum);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void AStructAsBody_IsRunWhereItLies_WithItsReferences(int threads)
    {
        using WorkerPool pool = new(threads);
        for (int repeat = 0; repeat < 100; repeat++)
        {
            int[] runs = new int[200];
            pool.For(runs.Length, new Counting(runs, [repeat]));
            Assert.All(runs, r => Assert.Equal(repeat, r));
        }
    }

    // Garbage is collected meanwhile, so that references in the struct have to be seen.
    private readonly struct Counting(int[] runs, int[] step) : ILoopBody
    {
        public void Run(int index)
        {
            Interlocked.Add(ref runs[index], step[0]);
            if (index == runs.Length / 2)
            {
                GC.Collect(0);
            }
        }
    }

    [Fact]
    public void Loops_MayBeNested()
    {
        using WorkerPool pool = new(3);
        int[] runs = new int[20 * 30];
        pool.For(20, i => pool.For(30, j => Interlocked.Increment(ref runs[i * 30 + j])));
        Assert.All(runs, r => Assert.Equal(1, r));
    }

    [Fact]
    public async Task Callers_MayShareAPool()
    {
        using WorkerPool pool = new(3);
        await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Task.Run(() =>
        {
            for (int repeat = 0; repeat < 200; repeat++)
            {
                int[] runs = new int[repeat];
                pool.For(repeat, i => Interlocked.Increment(ref runs[i]));
                Assert.All(runs, r => Assert.Equal(1, r));
            }
        })));
    }

    [Fact]
    public void SleepingThreads_WakeUp()
    {
        using WorkerPool pool = new(2);
        for (int round = 0; round < 5; round++)
        {
            Thread.Sleep(20);

            // Two bodies that wait for one another end only on two threads.
            using Barrier meeting = new(2);
            pool.For(2, _ => Assert.True(meeting.SignalAndWait(TimeSpan.FromSeconds(10))));
        }
    }

    [Fact]
    public void Dispose_EndsTheThreads_AndForbidsLoops()
    {
        WorkerPool pool = new(4);
        pool.For(10, _ => { });
        pool.Dispose();
        pool.Dispose();

        Assert.Throws<ObjectDisposedException>(() => pool.For(10, _ => { }));
    }

    [Fact]
    public void Inline_SurvivesDispose()
    {
        WorkerPool.Inline.Dispose();
        int sum = 0;
        WorkerPool.Inline.For(5, i => sum += i);
        Assert.Equal(10, sum);
    }

    [Fact]
    public void Refuses_FewerThanOneThread() => Assert.Throws<ArgumentOutOfRangeException>(() => new WorkerPool(0));
}
