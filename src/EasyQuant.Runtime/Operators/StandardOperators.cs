using EasyQuant.Runtime.Execution;
using EasyQuant.Runtime.Operators.Attention;
using EasyQuant.Runtime.Operators.Control;
using EasyQuant.Runtime.Operators.Conversion;
using EasyQuant.Runtime.Operators.Detection;
using EasyQuant.Runtime.Operators.Elementwise;
using EasyQuant.Runtime.Operators.Indexing;
using EasyQuant.Runtime.Operators.Linear;
using EasyQuant.Runtime.Operators.Losses;
using EasyQuant.Runtime.Operators.Normalization;
using EasyQuant.Runtime.Operators.Pooling;
using EasyQuant.Runtime.Operators.Quantization;
using EasyQuant.Runtime.Operators.Recurrent;
using EasyQuant.Runtime.Operators.Reduction;
using EasyQuant.Runtime.Operators.Resampling;
using EasyQuant.Runtime.Operators.Sampling;
using EasyQuant.Runtime.Operators.Sequences;
using EasyQuant.Runtime.Operators.Shaping;
using EasyQuant.Runtime.Operators.Signal;
using EasyQuant.Runtime.Operators.Text;

namespace EasyQuant.Runtime.Operators;

/// <summary>The operators of the standard domain, one a line.</summary>
internal static class StandardOperators
{
    public static OperatorRegistry Register(OperatorRegistry registry) => registry
        // Elementwise, one input.
        .Add("Abs", _ => Number(new Abs()))
        .Add("Neg", _ => Number(new Negate()))
        .Add("Relu", _ => Number(new Relu()))
        .Add("Sign", _ => Number(new SignOf()))
        .Add("Shrink", s => Number(new Shrink(s.Node.GetFloat("lambd", 0.5f), s.Node.GetFloat("bias", 0))))
        .Add("Exp", _ => Real(new Exp()))
        .Add("Log", _ => Real(new Log()))
        .Add("Sqrt", _ => Real(new Sqrt()))
        .Add("Reciprocal", _ => Real(new Reciprocal()))
        .Add("Sin", _ => Real(new Sin()))
        .Add("Cos", _ => Real(new Cos()))
        .Add("Tan", _ => Real(new Tan()))
        .Add("Asin", _ => Real(new Asin()))
        .Add("Acos", _ => Real(new Acos()))
        .Add("Atan", _ => Real(new Atan()))
        .Add("Sinh", _ => Real(new Sinh()))
        .Add("Cosh", _ => Real(new Cosh()))
        .Add("Tanh", _ => Real(new Tanh()))
        .Add("Asinh", _ => Real(new Asinh()))
        .Add("Acosh", _ => Real(new Acosh()))
        .Add("Atanh", _ => Real(new Atanh()))
        .Add("Sigmoid", _ => Real(new Sigmoid()))
        .Add("Floor", _ => Real(new Floor()))
        .Add("Ceil", _ => Real(new Ceiling()))
        .Add("Round", _ => Real(new RoundToEven()))
        .Add("Erf", _ => Real(new Erf()))
        .Add("Softplus", _ => Real(new Softplus()))
        .Add("Softsign", _ => Real(new Softsign()))
        .Add("Mish", _ => Real(new Mish()))
        .Add("HardSwish", _ => Real(new HardSwish()))
        .Add("HardSigmoid", s => Real(new HardSigmoid(s.Node.GetFloat("alpha", 0.2f), s.Node.GetFloat("beta", 0.5f))))
        .Add("LeakyRelu", s => Real(new LeakyRelu(s.Node.GetFloat("alpha", 0.01f))))
        .Add("ThresholdedRelu", s => Real(new ThresholdedRelu(s.Node.GetFloat("alpha", 1))))
        .Add("Elu", s => Real(new Elu(s.Node.GetFloat("alpha", 1))))
        .Add("Selu", s => Real(new Elu(s.Node.GetFloat("alpha", 1.67326319217681884765625f), s.Node.GetFloat("gamma", 1.05070102214813232421875f))))
        .Add("Celu", s => Real(new Celu(s.Node.GetFloat("alpha", 1))))
        .Add("Swish", s => Real(new Swish(s.Node.GetFloat("alpha", 1))))
        .Add("Gelu", s => s.Node.GetString("approximate", "none") == "tanh" ? Real(new GeluTanh()) : Real(new Gelu()))
        .Add("Clip", s => new Clip(s))
        .Add("Cast", s => new ElementCast(s))
        .Add("CastLike", s => new ElementCast(s))
        .Add("BitCast", s => new BitCast(s))
        .Add("SwiGLU", s => new SwishGate(s))
        .Add("Not", _ => new BitwiseNot())
        .Add("BitwiseNot", _ => new BitwiseNot())

        // Elementwise, several inputs.
        .Add("Add", _ => Binary(new Add()))
        .Add("Sub", _ => Binary(new Subtract()))
        .Add("Mul", _ => Binary(new Multiply()))
        .Add("Div", _ => Binary(new Divide()))
        .Add("Pow", _ => new Power())
        .Add("PRelu", _ => new ParametricReluOperator())
        .Add("Sum", _ => Binary(new Add()))
        .Add("Max", _ => Binary(new Maximum()))
        .Add("Min", _ => Binary(new Minimum()))
        .Add("Mean", _ => new Mean())
        .Add("Mod", s => new Modulo(s))
        .Add("Equal", _ => new RelationOperator<EqualTo>())
        .Add("Less", _ => new RelationOperator<LessThan>())
        .Add("LessOrEqual", _ => new RelationOperator<LessOrEqual>())
        .Add("Greater", _ => new RelationOperator<GreaterThan>())
        .Add("GreaterOrEqual", _ => new RelationOperator<GreaterOrEqual>())
        .Add("And", _ => new Bitwise((x, y) => x & y))
        .Add("Or", _ => new Bitwise((x, y) => x | y))
        .Add("Xor", _ => new Bitwise((x, y) => x ^ y))
        .Add("BitwiseAnd", _ => new Bitwise((x, y) => x & y))
        .Add("BitwiseOr", _ => new Bitwise((x, y) => x | y))
        .Add("BitwiseXor", _ => new Bitwise((x, y) => x ^ y))
        .Add("BitShift", BitShift.Create)
        .Add("Where", _ => new Where())
        .Add("IsNaN", _ => new Classification(double.IsNaN))
        .Add("IsInf", s => new Classification(Classification.IsInfinity(s)))

        // Shape and movement.
        .Add("Identity", _ => new Identity())
        .Add("Dropout", s => new Dropout(s))
        .Add("Reshape", s => new Reshape(s))
        .Add("Flatten", s => new Flatten(s))
        .Add("Squeeze", s => new Squeeze(s))
        .Add("Unsqueeze", s => new Unsqueeze(s))
        .Add("Shape", s => new ShapeOf(s))
        .Add("Size", _ => new SizeOf())
        .Add("Constant", Constant.Create)
        .Add("ConstantOfShape", s => new ConstantOfShape(s))
        .Add("Range", _ => new Shaping.Range())
        .Add("Expand", _ => new Expand())
        .Add("Tile", _ => new Tile())
        .Add("Transpose", s => new Transpose(s))
        .Add("Concat", s => new Concat(s))
        .Add("Split", s => new Split(s))
        .Add("Slice", s => new Slice(s))
        .Add("Pad", s => new Pad(s))
        .Add("CenterCropPad", s => new CenterCropPad(s))
        .Add("DepthToSpace", s => new DepthToSpace(s))
        .Add("SpaceToDepth", s => new SpaceToDepth(s))

        // Indices.
        .Add("Gather", s => new Gather(s))
        .Add("GatherElements", s => new GatherElements(s))
        .Add("GatherND", s => new GatherBlocks(s))
        .Add("ScatterElements", s => new ScatterElements(s))
        .Add("Scatter", s => new ScatterElements(s))
        .Add("ScatterND", s => new ScatterBlocks(s))
        .Add("TopK", s => new TopK(s))
        .Add("OneHot", s => new OneHot(s))
        .Add("NonZero", _ => new NonZero())
        .Add("Compress", s => new Compress(s))
        .Add("Trilu", s => new Triangle(s))
        .Add("EyeLike", s => new Eye(s))
        .Add("CumSum", s => new CumulativeFold(s, multiplies: false))
        .Add("CumProd", s => new CumulativeFold(s, multiplies: true))
        .Add("Unique", s => new Unique(s))
        .Add("ReverseSequence", s => new ReverseSequence(s))

        // Sums and extremes.
        .Add("ReduceSum", s => new ReductionOperator<Sum>(s, 13))
        .Add("ReduceMean", s => new ReductionOperator<Sum>(s, 18, after: After.DivideByCount))
        .Add("ReduceMax", s => new ReductionOperator<Largest>(s, 18))
        .Add("ReduceMin", s => new ReductionOperator<Smallest>(s, 18))
        .Add("ReduceProd", s => new ReductionOperator<Product>(s, 18))
        .Add("ReduceL1", s => new ReductionOperator<Sum>(s, 18, Before.Magnitude))
        .Add("ReduceL2", s => new ReductionOperator<Sum>(s, 18, Before.Square, After.SquareRoot))
        .Add("ReduceSumSquare", s => new ReductionOperator<Sum>(s, 18, Before.Square))
        .Add("ReduceLogSum", s => new ReductionOperator<Sum>(s, 18, after: After.Logarithm))
        .Add("ReduceLogSumExp", s => new LogSumExp(s))
        .Add("ArgMax", s => new ArgumentOfExtreme(s, largest: true))
        .Add("ArgMin", s => new ArgumentOfExtreme(s, largest: false))

        // Windows.
        .Add("MaxPool", s => new MaxPool(s))
        .Add("AveragePool", s => new AveragePool(s))
        .Add("LpPool", s => new PowerPool(s, isGlobal: false))
        .Add("GlobalLpPool", s => new PowerPool(s, isGlobal: true))
        .Add("MaxUnpool", s => new MaxUnpool(s))
        .Add("GlobalAveragePool", _ => new GlobalPool(mean: true))
        .Add("GlobalMaxPool", _ => new GlobalPool(mean: false))

        // Products of matrices and convolutions.
        .Add("Conv", s => new Convolution(s))
        .Add("Gemm", s => new GeneralMatrixProduct(s))
        .Add("MatMul", s => new MatrixProduct(s))
        .Add("ConvTranspose", s => new TransposedConvolution(s))
        .Add("DeformConv", s => new DeformableConvolution(s))
        .Add("Col2Im", s => new ColumnsToImage(s))
        .Add("Einsum", s => new EinsteinSum(s))
        .Add("Det", _ => new Determinant())

        // Normalization.
        .Add("BatchNormalization", BatchNormalization.Create)
        .Add("LRN", s => new LocalResponseNormalization(s))
        .Add("Softmax", s => new Softmax(s, logarithm: false))
        .Add("LogSoftmax", s => new Softmax(s, logarithm: true))
        .Add("Hardmax", s => new Hardmax(s))
        .Add("LpNormalization", s => new PowerNormalization(s))
        .Add("MeanVarianceNormalization", s => new MeanVarianceNormalization(s))
        .Add("LayerNormalization", s => new LayerNormalization(s))
        .Add("RMSNormalization", s => new RootMeanSquareNormalization(s))
        .Add("InstanceNormalization", s => new PlaneNormalization(s, grouped: false))
        .Add("GroupNormalization", s => new PlaneNormalization(s, grouped: true))

        // Attention.
        .Add("Attention", s => new Attention.Attention(s))
        .Add("FlexAttention", s => new FlexAttention(s), domain: "ai.onnx.preview")
        .Add("LinearAttention", s => new LinearAttention(s))
        .Add("RotaryEmbedding", s => new RotaryEmbedding(s))
        .Add("CausalConvWithState", s => new CausalConvolution(s))
        .Add("TensorScatter", s => new CacheUpdate(s))

        // Resampling.
        .Add("Resize", s => new Resize(s))
        .Add("Upsample", s => new Resize(s))
        .Add("GridSample", s => new GridSample(s))
        .Add("AffineGrid", s => new AffineGrid(s))

        // Detection.
        .Add("NonMaxSuppression", s => new NonMaxSuppression(s))
        .Add("RoiAlign", s => new RoiAlign(s))
        .Add("MaxRoiPool", s => new RegionMaxPool(s))

        // Random numbers.
        .Add("RandomUniform", s => new RandomFill(s, isNormal: false))
        .Add("RandomUniformLike", s => new RandomFill(s, isNormal: false))
        .Add("RandomNormal", s => new RandomFill(s, isNormal: true))
        .Add("RandomNormalLike", s => new RandomFill(s, isNormal: true))
        .Add("Bernoulli", s => new Bernoulli(s))
        .Add("Multinomial", s => new Multinomial(s))

        // Recurrent networks.
        .Add("RNN", s => new SimpleRecurrence(s))
        .Add("GRU", s => new GatedRecurrentUnit(s))
        .Add("LSTM", s => new LongShortTermMemory(s))

        // Quantization.
        .Add("QuantizeLinear", s => new QuantizeLinear(s))
        .Add("DequantizeLinear", s => new DequantizeLinear(s))
        .Add("DynamicQuantizeLinear", _ => new DynamicQuantizeLinear())
        .Add("QLinearConv", s => new QLinearConv(s))
        .Add("QLinearMatMul", _ => new QLinearMatMul())
        .Add("ConvInteger", s => new ConvInteger(s))
        .Add("MatMulInteger", _ => new MatMulInteger())

        // Signals.
        .Add("DFT", s => new DiscreteFourierTransform(s))
        .Add("STFT", s => new ShortTimeFourierTransform(s))
        .Add("HannWindow", s => new CosineWindow(s, 0.5, 0.5, 0))
        .Add("HammingWindow", s => new CosineWindow(s, 25.0 / 46, 21.0 / 46, 0))
        .Add("BlackmanWindow", s => new CosineWindow(s, 0.42, 0.5, 0.08))
        .Add("MelWeightMatrix", s => new MelWeightMatrix(s))

        // Text.
        .Add("StringConcat", _ => new TextConcatenation())
        .Add("StringSplit", s => new TextSplit(s))
        .Add("StringNormalizer", s => new TextNormalizer(s))
        .Add("RegexFullMatch", s => new TextMatch(s))
        .Add("TfIdfVectorizer", s => new NgramVectorizer(s))

        // Losses.
        .Add("NegativeLogLikelihoodLoss", s => new NegativeLogLikelihoodLoss(s))
        .Add("SoftmaxCrossEntropyLoss", s => new SoftmaxCrossEntropyLoss(s))

        // Sequences and optionals.
        .Add("SequenceConstruct", _ => new SequenceConstruct())
        .Add("SequenceEmpty", _ => new SequenceConstruct())
        .Add("SequenceInsert", _ => new SequenceInsert())
        .Add("SequenceErase", _ => new SequenceErase())
        .Add("SequenceAt", _ => new SequenceAt())
        .Add("SequenceLength", _ => new SequenceLength())
        .Add("ConcatFromSequence", s => new ConcatFromSequence(s))
        .Add("SplitToSequence", s => new SplitToSequence(s))
        .Add("Optional", _ => new OptionalOf())
        .Add("OptionalHasElement", _ => new OptionalHasElement())
        .Add("OptionalGetElement", _ => new OptionalGetElement())

        // Control.
        .Add("If", s => new If(s))
        .Add("Loop", s => new Loop(s))
        .Add("Scan", s => new Scan(s))
        .Add("SequenceMap", s => new SequenceMap(s));

    private static NumberFunctionOperator<TFunction> Number<TFunction>(TFunction function)
        where TFunction : struct, INumberFunction => new(function);

    private static RealFunctionOperator<TFunction> Real<TFunction>(TFunction function)
        where TFunction : struct, IRealFunction => new(function);

    private static BinaryOperator<TFunction> Binary<TFunction>(TFunction function)
        where TFunction : struct, IBinaryFunction => new(function);
}
