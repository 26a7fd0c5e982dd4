import Testing

@testable import Statistics

/// Whether two numbers agree to a relative error.
func near(_ a: Double?, _ b: Double, _ relative: Double = 1e-13) -> Bool {
    guard let a else { return false }
    return a == b || abs(a - b) <= relative * max(abs(a), abs(b))
}

/// Reference values: mpmath 1.3 at 30 digits.
@Suite struct DistributionsTests {
    @Test(arguments: [
        (-37, 5.72557122252457682e-300), (-8.5, 9.47953482220331835e-18), (-1.96, 0.0249978951482204341),
        (0.25, 0.598706325682923724),
    ]) func `the normal distribution has its digits far out too`(z: Double, p: Double) {
        #expect(near(Distributions.Normal.cdf(z), p))
        #expect(near(Distributions.Normal.sf(-z), p))
    }

    @Test(arguments: [
        (1e-100, -21.2734535609653243), (0.025, -1.95996398454005424), (0.3, -0.524400512708040784), (0.5, 0),
    ]) func `normal quantiles invert it`(p: Double, z: Double) {
        #expect(near(Distributions.Normal.quantile(p), z, 1e-15))
        #expect(near(Distributions.Normal.upperQuantile(p), -z, 1e-15))
    }

    @Test(arguments: [
        (1, -30, 0.0106064024055354234), (2, -6, 0.0133357366077123855), (4.5, -2.3, 0.0378038382378554114),
        (30, -6, 6.97138438360237135e-7), (99, -1.98, 0.0252397379873261557),
    ]) func `Student's t`(freedom: Double, t: Double, p: Double) {
        let distribution = Distributions.StudentT(degreesOfFreedom: freedom)
        #expect(near(distribution.cdf(t), p))
        #expect(near(distribution.sf(-t), p))
        #expect(near(distribution.quantile(p), t, 1e-12))
    }

    @Test(arguments: [
        (3, 0.025, -3.18244630528370959), (9, 0.005, -3.24983554159212628), (29, 1e-8, -7.64168313238143956),
    ]) func `quantiles of Student's t`(freedom: Double, p: Double, t: Double) {
        #expect(near(Distributions.StudentT(degreesOfFreedom: freedom).quantile(p), t, 1e-14))
    }

    @Test func `Student's t with very many degrees of freedom is the normal distribution`() {
        #expect(near(Distributions.StudentT(degreesOfFreedom: .infinity).cdf(-1.96), 0.0249978951482204341))
        #expect(near(Distributions.StudentT(degreesOfFreedom: 1e12).cdf(-1.96), 0.0249978951482204341, 1e-10))
    }

    @Test(arguments: [
        (1, 3.84, 0.0500435212487050989), (7, 40, 1.25879038737130878e-6), (50, 30, 0.988835219728449716),
    ]) func `the chi-square`(freedom: Double, x: Double, p: Double) {
        let distribution = Distributions.ChiSquare(degreesOfFreedom: freedom)
        #expect(near(distribution.sf(x), p))
        #expect(near(distribution.upperQuantile(p), x, 1e-12))
    }

    @Test(arguments: [
        (2, 5, 0.1, 0.114265), (0.5, 0.5, 0.9, 0.795167235300866548), (16, 285, 0.02, 0.000432787448532506884),
        (1, 1, 0.3, 0.3),
    ]) func `the beta distribution`(a: Double, b: Double, x: Double, p: Double) {
        #expect(near(Distributions.Beta(a, b).cdf(x), p))
        #expect(near(Distributions.Beta(b, a).sf(1 - x), p, 1e-12))
        #expect(near(Distributions.Beta(a, b).quantile(p), x, 1e-12))
    }

    @Test(arguments: [(3, 40, 2.5, 0.0732543520179499038), (10, 10, 5, 0.00895006160138190317)])
    func `the F distribution`(top: Double, bottom: Double, f: Double, p: Double) {
        let distribution = Distributions.FDistribution(numerator: top, denominator: bottom)
        #expect(near(distribution.sf(f), p))
        #expect(near(distribution.upperQuantile(p), f, 1e-12))
    }

    @Test func `the binomial`() {
        let wide = Distributions.Binomial(trials: 80, probability: 0.532)
        #expect(near(wide.mass(12), 1.16839704538574409e-12))
        #expect(near(wide.cdf(12), 1.37529594013768369e-12))
        let rare = Distributions.Binomial(trials: 1000, probability: 0.01)
        #expect(near(rare.mass(3), 0.00739322277822284526))
        #expect(near(rare.cdf(3), 0.0100726547720143788))
        #expect(rare.quantile(0.01) == 3)
        #expect(rare.mass(-1) == 0 && rare.cdf(-1) == 0 && rare.cdf(1000) == 1 && rare.sf(1000) == 0)
    }

    @Test func `the hypergeometric adds up to 1 over its support`() {
        let distribution = Distributions.Hypergeometric(population: 20, marked: 7, drawn: 9)
        #expect(near(distribution.mass(3), 0.35758513931888545))
        #expect(near(distribution.cdf(7), 1, 1e-14))
        #expect(distribution.support == 0...7)
        #expect(Distributions.Hypergeometric(population: 10, marked: 8, drawn: 7).support == 5...7)
    }

    @Test func `the noncentral t with no shift is Student's t`() {
        for t in [-2.5, -0.3, 0, 1.7] {
            let plain = Distributions.StudentT(degreesOfFreedom: 9).cdf(t)
            #expect(near(Distributions.NoncentralT(degreesOfFreedom: 9, noncentrality: 0).cdf(t), plain, 1e-11))
        }
        // scipy 1.17: nct.cdf(2.26, 9, 2)
        #expect(
            near(Distributions.NoncentralT(degreesOfFreedom: 9, noncentrality: 2).cdf(2.26), 0.5680407437663289, 1e-10))
    }

    @Test func `quantile and distribution function undo each other`() {
        for p in [1e-12, 1e-4, 0.03, 0.4, 0.77, 0.999] {
            #expect(near(Distributions.Gamma(shape: 0.3).cdf(Distributions.Gamma(shape: 0.3).quantile(p)), p, 1e-11))
            #expect(near(Distributions.Gamma(shape: 200).cdf(Distributions.Gamma(shape: 200).quantile(p)), p, 1e-11))
            #expect(near(Distributions.Beta(0.7, 40).cdf(Distributions.Beta(0.7, 40).quantile(p)), p, 1e-11))
            let f = Distributions.FDistribution(numerator: 5, denominator: 2)
            #expect(near(f.cdf(f.quantile(p)), p, 1e-11))
            let t = Distributions.StudentT(degreesOfFreedom: 3.3)
            #expect(near(t.cdf(t.quantile(p)), p, 1e-11))
        }
    }

    @Test func `a density integrates to its distribution function`() {
        func area(_ density: (Double) -> Double, _ from: Double, _ to: Double) -> Double {
            let steps = 4000
            let width = (to - from) / Double(steps)
            return (0..<steps).reduce(0) { $0 + density(from + (Double($1) + 0.5) * width) * width }
        }
        let t = Distributions.StudentT(degreesOfFreedom: 4)
        #expect(abs(area(t.density, -1, 2) - (t.cdf(2) - t.cdf(-1))) < 1e-6)
        let beta = Distributions.Beta(2.5, 3)
        #expect(abs(area(beta.density, 0.1, 0.8) - (beta.cdf(0.8) - beta.cdf(0.1))) < 1e-6)
        let f = Distributions.FDistribution(numerator: 4, denominator: 7)
        #expect(abs(area(f.density, 0.5, 3) - (f.cdf(3) - f.cdf(0.5))) < 1e-6)
        let gamma = Distributions.ChiSquare(degreesOfFreedom: 5)
        #expect(abs(area(gamma.density, 1, 9) - (gamma.cdf(9) - gamma.cdf(1))) < 1e-6)
    }

    @Test func `ends of the support and senseless parameters are answered, not trapped`() {
        #expect(Distributions.Normal.quantile(0) == -.infinity)
        #expect(Distributions.Normal.quantile(1) == .infinity)
        #expect(Distributions.Normal.quantile(-0.1).isNaN)
        #expect(Distributions.StudentT(degreesOfFreedom: 5).cdf(.infinity) == 1)
        #expect(Distributions.StudentT(degreesOfFreedom: 0).cdf(1).isNaN)
        #expect(Distributions.Beta(2, 3).quantile(1) == 1)
        #expect(Distributions.Beta(2, 3).quantile(1.5).isNaN)
        #expect(Distributions.Beta(2, 3).cdf(-1) == 0 && Distributions.Beta(2, 3).cdf(2) == 1)
        #expect(Distributions.Beta(0, 3).cdf(0.5).isNaN)
        #expect(Distributions.ChiSquare(degreesOfFreedom: 3).sf(-1) == 1)
        #expect(Distributions.ChiSquare(degreesOfFreedom: 3).quantile(0) == 0)
        #expect(Distributions.Binomial(trials: 3, probability: 2).mass(1).isNaN)
    }
}
